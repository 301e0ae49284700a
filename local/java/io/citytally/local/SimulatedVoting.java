package io.citytally.local;

import java.util.function.Consumer;

/** Simulated voters at work, at a steady rate, until they are closed. */
final class SimulatedVoting implements AutoCloseable {

  private final SimulatedVoters voters;
  private final Pacer pacer;
  private final Votes votes;
  private final Consumer<RuntimeException> onFailure;
  private final Thread thread = new Thread(this::vote, "voters");

  /**
   * @param onFailure told why the voting has ended, if a vote could not be recorded
   */
  SimulatedVoting(
      SimulatedVoters voters, Pacer pacer, Votes votes, Consumer<RuntimeException> onFailure) {
    this.voters = voters;
    this.pacer = pacer;
    this.votes = votes;
    this.onFailure = onFailure;
    thread.setDaemon(true);
  }

  SimulatedVoting start() {
    thread.start();
    return this;
  }

  private void vote() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        pacer.await(1);
        voters.next().on(votes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Whoever closes it while a vote is being recorded has interrupted that vote.
      if (!Thread.currentThread().isInterrupted()) {
        onFailure.accept(e);
      }
    }
  }

  /** Returns when no vote is on its way any more. */
  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }
}
