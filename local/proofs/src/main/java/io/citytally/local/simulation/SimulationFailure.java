package io.citytally.local.simulation;

/** What should never be, and is. */
final class SimulationFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SimulationFailure(String message) {
    super(message);
  }
}
