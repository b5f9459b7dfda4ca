// Compiled once so that every target can reuse its precompiled header.
