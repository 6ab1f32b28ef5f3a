"""Who was thanked is on disk, whatever becomes of the process."""

from pathlib import Path

from tests.processes import serving
from tests.staff import Staff

MIRA = "mira@acorn.example"


def test_a_lead_survives_a_kill_right_after_its_answer(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as workspace:
        assert workspace.http.post("/api/leads", json={"fields": {"email": MIRA}}).status_code == 201
        workspace.kill()
    with serving(tmp_path / "data") as workspace:
        (lead,) = Staff(workspace).http.get("/api/leads").json()["leads"]
    assert lead["email"] == MIRA
