import httpx
from litestar import Litestar, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from trulybot.kit.routes import Routes


@get("/kettles/{number:int}")
async def kettle(number: FromPath[int], shop: NamedDependency[str]) -> str:
    return f"kettle {number} of {shop}"


@post("/kettles/{number:int}")
async def change(number: FromPath[int]) -> None: ...


@get("/teapots")
async def teapots() -> str:
    return "teapots"


def acorn() -> Routes:
    shop = Provide(lambda: "acorn", sync_to_thread=False)
    return Routes(kettle, change, Routes(teapots), dependencies={"shop": shop})


def client() -> httpx.AsyncClient:
    app = Litestar([acorn()], openapi_config=None)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")  # type: ignore[arg-type]


async def test_routes_answer_with_what_they_share() -> None:
    async with client() as http:
        assert (await http.get("/kettles/3")).text == "kettle 3 of acorn"
        assert (await http.get("/teapots")).text == "teapots"


async def test_options_names_every_method_of_the_path_and_no_other() -> None:
    async with client() as http:
        for path, methods in (("/kettles/3", "GET, OPTIONS, POST"), ("/teapots", "GET, OPTIONS")):
            answer = await http.options(path)
            assert (answer.status_code, answer.headers["allow"], answer.content) == (204, methods, b"")
        assert (await http.options("/cups")).status_code == 404


async def test_a_features_routes_can_be_registered_with_several_applications() -> None:
    async with client() as one, client() as other:
        assert (await one.get("/kettles/1")).text == (await other.get("/kettles/1")).text == "kettle 1 of acorn"
