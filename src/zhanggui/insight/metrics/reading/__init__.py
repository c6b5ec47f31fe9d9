"""From a question to an answer: what is asked of the engine, and what is made of its sums."""
