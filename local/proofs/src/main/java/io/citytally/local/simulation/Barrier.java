package io.citytally.local.simulation;

/** What goes through the job's channels to part what a checkpoint holds from what it doesn't. */
record Barrier(Checkpoint checkpoint) {}
