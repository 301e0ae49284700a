package io.citytally.cli.command;

/**
 * What a command does once its options are known to be good.
 *
 * @param <O> the options
 */
@FunctionalInterface
public interface Work<O> {

  /**
   * @return the exit status
   */
  int execute(O options) throws Exception;
}
