"""The tests, by the room they protect; `standin` and the builders are shared by all."""
