"""What the shop of the tests has written down for its customers."""

RETURNS = "Returns"
DELIVERY = "Delivery"

PAGES = {
    RETURNS: """# Returns

## Returning goods

You can return unused goods within 30 days of delivery. Write the order number on the parcel.
The refund arrives within five working days after we receive the parcel.

## Faulty goods

A faulty lamp is repaired free of charge for two years. Send us a photograph of the fault first.
""",
    DELIVERY: """# Delivery

## Delivery times

Orders placed before noon leave our warehouse in Ghent the same day. Delivery to Belgium takes two days.
Delivery to Portugal takes six days.

## Delivery costs

Delivery is free above 75 euros. Below that it costs 4.95 euros.
""",
}

REFUNDED = "When does the refund arrive?"
FOREIGN = "Who composed the opera Tosca?"
