"""How much a workspace may ask for. Pure values; what plans pay for is quota's, these only keep neighbours apart."""

from trulybot.kit.clock import DAY, HOUR, MINUTE
from trulybot.kit.limits import Limit

EMBEDDING_CALLS = Limit("gateway: embedding calls", times=600, seconds=MINUTE)
TEXTS = Limit("gateway: texts", times=300_000, seconds=DAY)
MOST_TEXTS = 64  # in one call
MOST_URGENT_TEXTS = 4
TELLING = Limit("gateway: telling", times=60, seconds=HOUR)
