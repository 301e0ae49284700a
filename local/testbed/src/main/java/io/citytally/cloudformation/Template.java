package io.citytally.cloudformation;

import io.citytally.cli.command.CannotStartException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A CloudFormation template with its conditions and functions evaluated. A value that only a stack
 * knows is a placeholder: the resource {@code Role} is {@code <Role>}, its attribute {@code
 * <Role.Arn>}, the region {@code <AWS::Region>}, and an import is the name of the export without
 * the stack, {@code <VotesTableArn>}.
 *
 * <p>Each method throws {@link CannotStartException} for a function, a condition or a reference
 * that the template or this reader does not know.
 */
public final class Template {

  private static final Path HOME = Path.of("cloudformation");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^!}][^}]*)}");
  private static final String STACK_PARAMETER_SUFFIX = "Stack";

  private final Path file;
  private final Map<?, ?> template;
  private final Map<String, String> parameters = new LinkedHashMap<>();

  private Template(Path file, Map<?, ?> template, Map<String, String> given) {
    this.file = file;
    this.template = template;
    section("Parameters")
        .forEach(
            (name, parameter) ->
                parameters.put(name, Objects.toString(parameter.get("Default"), "<" + name + ">")));
    given.forEach(
        (name, value) -> {
          if (parameters.replace(name, value) == null) {
            throw unknown("parameter", name);
          }
        });
  }

  /**
   * Reads a template.
   *
   * @param parameters the values of parameters that do not have their default
   * @throws CannotStartException if the file can't be read or lacks one of the parameters
   */
  public static Template read(Path file, Map<String, String> parameters) {
    try (Reader reader = Files.newBufferedReader(file)) {
      if (new Yaml(new ShortForms()).load(reader) instanceof Map<?, ?> template) {
        return new Template(file, template, parameters);
      }
      throw new CannotStartException(file + " is no CloudFormation template");
    } catch (IOException | YAMLException e) {
      throw new CannotStartException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Returns the names of the templates in {@code cloudformation/}, without {@code .yaml}. */
  public static List<String> all() {
    return List.of(
        "artifacts",
        "storage",
        "job",
        "identity",
        "web",
        "audit",
        "monitoring",
        "backup",
        "access");
  }

  public static Path file(String name) {
    return HOME.resolve(name + ".yaml");
  }

  public static Template of(String name, Map<String, String> parameters) {
    return read(file(name), parameters);
  }

  public static Template of(String name) {
    return of(name, Map.of());
  }

  /** Returns the parameters' values, given or default. */
  public Map<String, String> parameters() {
    return parameters;
  }

  /** Returns the greatest value that a parameter may have. */
  int maxValue(String parameter) {
    return (int) section("Parameters").get(parameter).get("MaxValue");
  }

  /** Returns the resources of a type whose condition holds, by their logical id. */
  public Map<String, Map<?, ?>> resources(String type) {
    Map<String, Map<?, ?>> found = present("Resources", resource -> resource);
    found.values().removeIf(resource -> !resource.get("Type").equals(type));
    return found;
  }

  /** Returns the logical ids of the resources whose condition holds. */
  public Set<String> ids() {
    return present("Resources", resource -> resource).keySet();
  }

  /** Returns the type of a resource. */
  public String type(String id) {
    return section("Resources").get(id).get("Type").toString();
  }

  /** Returns the properties of a resource. */
  public Map<?, ?> properties(String id) {
    return (Map<?, ?>) resolve(section("Resources").get(id).get("Properties"));
  }

  /** Returns the values of the outputs whose condition holds, by name. */
  public Map<String, Object> outputs() {
    return present("Outputs", output -> resolve(output.get("Value")));
  }

  private Map<String, Map<?, ?>> section(String name) {
    Map<String, Map<?, ?>> section = new LinkedHashMap<>();
    if (template.get(name) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> section.put(key.toString(), (Map<?, ?>) value));
    }
    return section;
  }

  private <T> Map<String, T> present(String name, Function<Map<?, ?>, T> read) {
    Map<String, T> found = new LinkedHashMap<>();
    section(name)
        .forEach(
            (id, each) -> {
              if (each.get("Condition") == null || holds(each.get("Condition").toString())) {
                found.put(id, read.apply(each));
              }
            });
    return found;
  }

  private boolean holds(String condition) {
    Map<?, ?> definition = section("Conditions").get(condition);
    if (definition == null) {
      throw unknown("condition", condition);
    }
    return (Boolean) resolve(definition);
  }

  /** Returns null for {@code AWS::NoValue}. */
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
        if (!section("Resources").containsKey(argument.toString().split("\\.", 2)[0])) {
          throw unknown("attribute", argument.toString());
        }
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
      case "Fn::And":
        return !((List<?>) resolve(argument)).contains(false);
      case "Fn::Select":
        List<?> selection = (List<?>) resolve(argument);
        return ((List<?>) selection.get(1)).get(Integer.parseInt(selection.get(0).toString()));
      case "Fn::Split":
        List<?> split = (List<?>) resolve(argument);
        return List.of(split.get(1).toString().split(Pattern.quote(split.get(0).toString()), -1));
      case "Fn::Not":
        return !(Boolean) ((List<?>) resolve(argument)).get(0);
      default:
        throw unknown("function", function);
    }
  }

  private Object reference(String name) {
    if (name.equals("AWS::NoValue")) {
      return null;
    }
    if (name.equals("AWS::StackId")) {
      return "arn:aws:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/<AWS::StackName>/01234567-89ab";
    }
    if (parameters.containsKey(name)) {
      return name.endsWith(STACK_PARAMETER_SUFFIX) ? "stack" : parameters.get(name);
    }
    String id = name.split("\\.", 2)[0];
    if (!name.startsWith("AWS::") && !section("Resources").containsKey(id)) {
      throw unknown("reference", name);
    }
    return "<" + name + ">";
  }

  private String substitute(Object argument) {
    List<?> pair = argument instanceof List<?> list ? list : List.of(argument, Map.of());
    Map<?, ?> variables = (Map<?, ?>) resolve(pair.get(1));
    return VARIABLE
        .matcher(pair.get(0).toString())
        .replaceAll(
            match -> {
              String name = match.group(1);
              Object value = variables.containsKey(name) ? variables.get(name) : reference(name);
              return Matcher.quoteReplacement(String.valueOf(value));
            });
  }

  private CannotStartException unknown(String what, String name) {
    return new CannotStartException(file + ": unknown " + what + ": " + name);
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
