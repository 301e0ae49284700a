package io.citytally.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds who answers a request: the first route that knows the path. HEAD goes where GET goes. */
final class Router implements Handler {

  private final List<Route> routes = new ArrayList<>();

  /** The resource at this path. */
  Route at(String path) {
    return add(new Route(path, false));
  }

  /** The resources below this path, which ends with a slash. */
  Route below(String path) {
    return add(new Route(path, true));
  }

  private Route add(Route route) {
    routes.add(route);
    return route;
  }

  /**
   * All routes, such as {@code GET /api/results/}; a path that ends with a slash has others below.
   */
  List<String> routes() {
    List<String> all = new ArrayList<>();
    for (Route route : routes) {
      route.handlers.keySet().forEach(method -> all.add(method + " " + route.path));
    }
    return all;
  }

  @Override
  public Response handle(Request request, String path) {
    for (Route route : routes) {
      if (route.knows(path)) {
        return route
            .handlerOf(request.method())
            .handle(request, path.substring(route.path.length()));
      }
    }
    throw new ProblemException(404, Problem.NOTHING_HERE);
  }

  /** A kind of resource, and what can be done with it. */
  static final class Route {

    private final String path;
    private final boolean prefix;
    private final Map<String, Handler> handlers = new LinkedHashMap<>();

    private Route(String path, boolean prefix) {
      this.path = path;
      this.prefix = prefix;
    }

    Route on(String method, Handler handler) {
      handlers.put(method, handler);
      if (method.equals("GET")) {
        handlers.put("HEAD", handler);
      }
      return this;
    }

    private boolean knows(String requested) {
      return prefix
          ? requested.startsWith(path) && requested.length() > path.length()
          : requested.equals(path);
    }

    private Handler handlerOf(String method) {
      Handler handler = handlers.get(method);
      if (handler == null) {
        throw new ProblemException(405, Problem.METHOD_NOT_ALLOWED)
            .withHeaders(Map.of("Allow", String.join(", ", new TreeSet<>(handlers.keySet()))));
      }
      return handler;
    }
  }
}
