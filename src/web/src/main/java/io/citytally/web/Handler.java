package io.citytally.web;

/** Answers the requests of one method to one kind of resource. */
@FunctionalInterface
interface Handler {

  /**
   * @param rest what follows the route's path, as it came; empty for a route of one path
   * @throws ProblemException if there is no better answer
   */
  Response handle(Request request, String rest);
}
