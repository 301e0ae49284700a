package io.citytally.cloudformation;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a template takes from other stacks. */
final class Imports {

  private static final Pattern IMPORT = Pattern.compile("<([A-Z][A-Za-z]+)>");

  private Imports() {}

  /** The names of the exports, without the stacks'. */
  static Set<String> of(Template template) {
    Set<String> found = new TreeSet<>();
    for (String id : template.ids()) {
      collect(template.properties(id), found);
    }
    found.removeAll(template.ids());
    found.removeAll(template.parameters().keySet());
    return found;
  }

  private static void collect(Object value, Set<String> found) {
    if (value instanceof Map<?, ?> map) {
      map.values().forEach(each -> collect(each, found));
    } else if (value instanceof Collection<?> list) {
      list.forEach(each -> collect(each, found));
    } else if (value instanceof String text) {
      Matcher matcher = IMPORT.matcher(text);
      while (matcher.find()) {
        found.add(matcher.group(1));
      }
    }
  }
}
