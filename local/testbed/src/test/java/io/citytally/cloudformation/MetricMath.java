package io.citytally.cloudformation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Carries out the part of CloudWatch's metric math that the alarms under test use ("Using metric
 * math with CloudWatch metrics"). A series has one value per period, and null where none was
 * reported; an operation on a missing value has none.
 */
final class MetricMath {

  private static final Pattern TOKEN = Pattern.compile("\\s*([A-Za-z_]\\w*|[0-9.]+|<=|>=|[<>(),])");

  private final Map<String, List<Double>> metrics;
  private final int periods;
  private final List<String> tokens = new ArrayList<>();
  private int next;

  private MetricMath(String expression, Map<String, List<Double>> metrics) {
    this.metrics = metrics;
    periods = metrics.values().iterator().next().size();
    Matcher matcher = TOKEN.matcher(expression);
    int end = 0;
    while (end < expression.length() && matcher.find(end) && matcher.start() == end) {
      tokens.add(matcher.group(1));
      end = matcher.end();
    }
    if (end < expression.length()) {
      throw new IllegalArgumentException("cannot read " + expression.substring(end));
    }
    tokens.add("");
  }

  /** The values of an expression over metrics, which are given by their ids. */
  static List<Double> evaluate(String expression, Map<String, List<Double>> metrics) {
    MetricMath math = new MetricMath(expression, metrics);
    List<Double> values = math.disjunction();
    math.take("");
    return values;
  }

  private List<Double> disjunction() {
    List<Double> values = conjunction();
    while (tokens.get(next).equals("OR")) {
      next++;
      values = combine(values, conjunction(), (a, b) -> a != 0 || b != 0 ? 1 : 0);
    }
    return values;
  }

  private List<Double> conjunction() {
    List<Double> values = comparison();
    while (tokens.get(next).equals("AND")) {
      next++;
      values = combine(values, comparison(), (a, b) -> a != 0 && b != 0 ? 1 : 0);
    }
    return values;
  }

  private List<Double> comparison() {
    List<Double> values = operand();
    switch (tokens.get(next)) {
      case "<":
        next++;
        return combine(values, operand(), (a, b) -> a < b ? 1 : 0);
      case "<=":
        next++;
        return combine(values, operand(), (a, b) -> a <= b ? 1 : 0);
      case ">":
        next++;
        return combine(values, operand(), (a, b) -> a > b ? 1 : 0);
      default:
        return values;
    }
  }

  private List<Double> operand() {
    String token = tokens.get(next++);
    switch (token) {
      case "(":
        List<Double> inner = disjunction();
        take(")");
        return inner;
      case "IF":
        List<List<Double>> branches = arguments();
        List<Double> chosen = new ArrayList<>();
        for (int i = 0; i < periods; i++) {
          Double condition = branches.get(0).get(i);
          chosen.add(condition == null ? null : branches.get(condition != 0 ? 1 : 2).get(i));
        }
        return chosen;
      case "DIFF":
        return differences(arguments().get(0));
      case "FILL":
        List<List<Double>> filled = arguments();
        List<Double> all = new ArrayList<>(filled.get(0));
        all.replaceAll(value -> value == null ? filled.get(1).get(0) : value);
        return all;
      default:
        if (metrics.containsKey(token)) {
          return metrics.get(token);
        }
        Double number = Double.valueOf(token);
        List<Double> constant = new ArrayList<>();
        for (int i = 0; i < periods; i++) {
          constant.add(number);
        }
        return constant;
    }
  }

  private List<List<Double>> arguments() {
    List<List<Double>> arguments = new ArrayList<>();
    take("(");
    arguments.add(disjunction());
    while (tokens.get(next).equals(",")) {
      next++;
      arguments.add(disjunction());
    }
    take(")");
    return arguments;
  }

  /** From each value to the next that is there. The first has none. */
  private static List<Double> differences(List<Double> values) {
    List<Double> differences = new ArrayList<>();
    Double before = null;
    for (Double value : values) {
      differences.add(value == null || before == null ? null : Double.valueOf(value - before));
      before = value == null ? before : value;
    }
    return differences;
  }

  private static List<Double> combine(
      List<Double> left, List<Double> right, DoubleBinaryOperator operator) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      boolean isMissing = left.get(i) == null || right.get(i) == null;
      values.add(isMissing ? null : operator.applyAsDouble(left.get(i), right.get(i)));
    }
    return values;
  }

  private void take(String token) {
    if (!tokens.get(next++).equals(token)) {
      throw new IllegalArgumentException("expected " + token + ", not " + tokens.get(next - 1));
    }
  }
}
