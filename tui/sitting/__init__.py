"""The record of a sitting: what is done is written as it is done, and taken up again."""
