"""Stock follows orders: what buyers paid for is promised, what left is booked, what came back waits."""
