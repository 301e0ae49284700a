package io.citytally.cloudformation;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A template with its functions carried out, as CloudFormation would. What only a stack can tell
 * stands for itself: a resource {@code Role} is {@code <Role>}, its attribute {@code <Role.Arn>},
 * the pseudo parameter of the region {@code <AWS::Region>}; an import is the name of the export
 * without the stack, {@code <VotesTableArn>}.
 */
public final class Template {

  private static final Path HOME = Path.of("cloudformation");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!}][^}]*)}");
  private static final String STACK_PARAMETER_SUFFIX = "Stack";

  private final Map<?, ?> template;
  private final Map<String, String> parameters = new LinkedHashMap<>();

  private Template(Map<?, ?> template, Map<String, String> given) {
    this.template = template;
    section("Parameters")
        .forEach(
            (name, parameter) ->
                parameters.put(
                    name,
                    Objects.toString(((Map<?, ?>) parameter).get("Default"), "<" + name + ">")));
    given.forEach(
        (name, value) -> {
          if (parameters.replace(name, value) == null) {
            throw new IllegalArgumentException("no parameter " + name);
          }
        });
  }

  /** Each of them, by the name of its file without {@code .yaml}. */
  public static List<String> all() {
    return List.of("artifacts", "storage", "job", "web", "audit", "monitoring", "backup", "access");
  }

  public static Path file(String name) {
    return HOME.resolve(name + ".yaml");
  }

  /**
   * @param parameters those that are not to have their default
   */
  public static Template of(String name, Map<String, String> parameters) {
    try (Reader reader = Files.newBufferedReader(file(name))) {
      return new Template(new Yaml(new ShortForms()).load(reader), parameters);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Template of(String name) {
    return of(name, Map.of());
  }

  /** The parameters, as given or by default. */
  public Map<String, String> parameters() {
    return parameters;
  }

  /** The greatest value that a parameter may have. */
  int maxValue(String parameter) {
    return (int) ((Map<?, ?>) section("Parameters").get(parameter)).get("MaxValue");
  }

  /** The resources that the conditions let be, of this type, by their logical id. */
  public Map<String, Map<?, ?>> resources(String type) {
    Map<String, Map<?, ?>> found = new LinkedHashMap<>();
    section("Resources")
        .forEach(
            (id, value) -> {
              Map<?, ?> resource = (Map<?, ?>) value;
              Object condition = resource.get("Condition");
              if (resource.get("Type").equals(type)
                  && (condition == null || holds(condition.toString()))) {
                found.put(id, resource);
              }
            });
    return found;
  }

  /** The logical ids of the resources that the conditions let be. */
  public Set<String> ids() {
    Set<String> ids = new TreeSet<>();
    section("Resources")
        .values()
        .forEach(
            resource ->
                ids.addAll(resources(((Map<?, ?>) resource).get("Type").toString()).keySet()));
    return ids;
  }

  /** The type of a resource. */
  String type(String id) {
    return ((Map<?, ?>) section("Resources").get(id)).get("Type").toString();
  }

  /** The properties of a resource. */
  public Map<?, ?> properties(String id) {
    return (Map<?, ?>) resolve(((Map<?, ?>) section("Resources").get(id)).get("Properties"));
  }

  /** The outputs that the conditions let be, by their name: their values. */
  public Map<String, Object> outputs() {
    Map<String, Object> found = new LinkedHashMap<>();
    section("Outputs")
        .forEach(
            (name, value) -> {
              Map<?, ?> output = (Map<?, ?>) value;
              Object condition = output.get("Condition");
              if (condition == null || holds(condition.toString())) {
                found.put(name, resolve(output.get("Value")));
              }
            });
    return found;
  }

  private Map<String, Object> section(String name) {
    Map<String, Object> section = new LinkedHashMap<>();
    if (template.get(name) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> section.put(key.toString(), value));
    }
    return section;
  }

  private boolean holds(String condition) {
    return (Boolean) resolve(section("Conditions").get(condition));
  }

  private Object resolve(Object value) {
    if (value instanceof List<?> list) {
      List<Object> resolved = new ArrayList<>();
      list.stream().map(this::resolve).filter(Objects::nonNull).forEach(resolved::add);
      return resolved;
    }
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    if (map.size() == 1) {
      Map.Entry<?, ?> only = map.entrySet().iterator().next();
      String name = only.getKey().toString();
      if (name.equals("Ref") || name.startsWith("Fn::")) {
        return call(name, only.getValue());
      }
    }
    Map<Object, Object> resolved = new LinkedHashMap<>();
    map.forEach(
        (key, nested) -> {
          Object result = resolve(nested);
          if (result != null) {
            resolved.put(key, result);
          }
        });
    return resolved;
  }

  private Object call(String function, Object argument) {
    switch (function) {
      case "Ref":
        return reference(argument.toString());
      case "Fn::GetAtt":
        return "<" + argument + ">";
      case "Fn::Sub":
        return substitute(argument);
      case "Fn::ImportValue":
        String export = resolve(argument).toString();
        return "<" + export.substring(export.indexOf('-') + 1) + ">";
      case "Fn::If":
        List<?> branches = (List<?>) argument;
        return resolve(branches.get(holds(branches.get(0).toString()) ? 1 : 2));
      case "Fn::Equals":
        List<?> sides = (List<?>) resolve(argument);
        return sides.get(0).toString().equals(sides.get(1).toString());
      case "Fn::Or":
        return ((List<?>) resolve(argument)).contains(true);
      case "Fn::Not":
        return !(Boolean) ((List<?>) resolve(argument)).get(0);
      default:
        throw new IllegalArgumentException("unknown function " + function);
    }
  }

  private Object reference(String name) {
    if (name.equals("AWS::NoValue")) {
      return null;
    }
    if (name.endsWith(STACK_PARAMETER_SUFFIX) && parameters.containsKey(name)) {
      return "stack";
    }
    return parameters.getOrDefault(name, "<" + name + ">");
  }

  private String substitute(Object argument) {
    Map<String, String> variables = new HashMap<>();
    String text = argument.toString();
    if (argument instanceof List<?> pair) {
      text = pair.get(0).toString();
      ((Map<?, ?>) pair.get(1))
          .forEach((name, value) -> variables.put(name.toString(), resolve(value).toString()));
    }
    return VARIABLE
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    variables.getOrDefault(
                        match.group(1), Objects.toString(reference(match.group(1))))));
  }

  /** Reads {@code !Sub x} as {@code {Fn::Sub: x}}. */
  private static final class ShortForms extends SafeConstructor {

    ShortForms() {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              String name = node.getTag().getValue().substring(1);
              return Map.of(name.equals("Ref") ? name : "Fn::" + name, argumentOf(node));
            }
          });
    }

    private Object argumentOf(Node node) {
      if (node instanceof ScalarNode scalar) {
        return constructScalar(scalar);
      }
      if (node instanceof SequenceNode sequence) {
        return constructSequence(sequence);
      }
      return constructMapping((MappingNode) node);
    }
  }
}
