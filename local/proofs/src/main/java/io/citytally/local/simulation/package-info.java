/**
 * The pipeline, simulated: the job's own operators, decoder and writer on one thread, with virtual
 * time, a simulated stream and a simulated DynamoDB around them, and every fault that either may
 * have. All that happens in a run follows from a {@link io.citytally.local.simulation.Plan}, and a
 * plan from a seed: so a run that fails fails again, and can be shrunk until a person can read it.
 *
 * <p>The manner is that of FoundationDB ("Testing Distributed Systems with Deterministic
 * Simulation", Will Wilson, Strange Loop 2014) and of TigerBeetle's simulator.
 */
package io.citytally.local.simulation;
