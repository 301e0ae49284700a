package io.citytally.local.simulation;

/** Something that a job can do next. */
interface Work {

  boolean isReady();

  /** Whose it is. */
  Job job();

  /**
   * Does it; only when ready.
   *
   * @param choice by whose remainder it chooses, where it has a choice
   */
  void perform(int choice) throws Exception;
}
