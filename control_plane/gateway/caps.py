"""How much a workspace may ask for. Pure values; what plans pay for is quota's, these only keep neighbours apart."""

from trulybot.kit.clock import DAY, HOUR, MINUTE
from trulybot.kit.limits import Limit

MEBIBYTE = 2**20

EMBEDDING_CALLS = Limit("gateway: embedding calls", times=600, seconds=MINUTE)
TEXTS = Limit("gateway: texts", times=300_000, seconds=DAY)
MOST_TEXTS = 64  # in one call
MOST_URGENT_TEXTS = 4
TELLING = Limit("gateway: telling", times=60, seconds=HOUR)

FETCHES = Limit("gateway: fetches", times=600, seconds=MINUTE)
OF_ONE_HOST = Limit("gateway: of one host", times=300, seconds=MINUTE)  # by all workspaces together
FETCHED_BYTES = Limit("gateway: fetched bytes", times=4096 * MEBIBYTE, seconds=DAY)
MOST_FETCHED_AT_ONCE = 6  # by one workspace; the others wait
MOST_FETCHED_AT_ONCE_BY_ALL = 24
POSTS = Limit("gateway: webhooks", times=120, seconds=MINUTE)
MOST_WAITING = 20  # permissions of one workspace that nobody has granted yet

MAILS = Limit("gateway: mails", times=120, seconds=MINUTE)
STAFF_MAILS_A_DAY = 1000
LEAD_MAILS_A_DAY = 200
LEAD_MAILS_TO_ONE_A_DAY = 10  # from all workspaces together

CHATS = Limit("gateway: chats", times=120, seconds=MINUTE)
TOKENS = Limit("gateway: tokens", times=2_000_000, seconds=DAY)
MOST_TOKENS = 4096  # of one answer
MOST_CHATS_AT_ONCE = 8  # of one workspace
