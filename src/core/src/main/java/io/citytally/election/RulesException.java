package io.citytally.election;

/** The rules of an election break a rule of their own. The message says which, and what to do. */
public final class RulesException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * @param field the field that is wrong
   * @param problem what is wrong with it
   * @param remedy what to write instead
   */
  RulesException(String field, String problem, String remedy) {
    super(field + ": " + problem + ". " + remedy);
  }

  RulesException(String message) {
    super(message);
  }
}
