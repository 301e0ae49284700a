package io.citytally.ops;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;

/** The audit from the job's jar alone, wherever there is a Java 11 and AWS credentials. */
public final class AuditMain {

  /** The exit status for what can't be understood. */
  private static final int REFUSED = 2;

  private static final String HELP =
      "usage: java -cp citytally-VERSION.jar io.citytally.ops.AuditMain [OPTIONS]\n"
          + "\n"
          + "Compares each total with the votes in the table, beside the running job. Before you\n"
          + "fix anything, make sure that the job runs and has caught up (millisBehindLatest near\n"
          + "zero). Region and credentials are those that AWS's own tools would use.\n"
          + "\n"
          + "  --region REGION          An AWS region.\n"
          + "  --endpoint URL           DynamoDB's API, where it is not AWS's own.\n"
          + "  --votes-table NAME       The table of votes (default: votes).\n"
          + "  --total-table NAME       The table of totals (default: total_votes).\n"
          + "  --rejected-table NAME    The table of rejected votes (default: rejected_votes).\n"
          + "  --ballot-table NAME      The table of the ballot (default: ballot).\n"
          + "  --corrections-table NAME The table that records what --fix does (default:\n"
          + "                           corrections).\n"
          + "  --no-ballot              The job has no ballot (ballot.table is not set).\n"
          + "  --settle TIME            Longer than the job takes from a vote to its total: 500ms,\n"
          + "                           10s, 1m; at most 1h (default: 10s).\n"
          + "  --for TIME               How long to go on looking at totals that move, at most 1h\n"
          + "                           (default: 2m).\n"
          + "  --looks N                And how often, at least, from 2 (default: 5).\n"
          + "  --read-capacity N        Read capacity units to take in a second, at most (default:\n"
          + "                           as many as it gets).\n"
          + "  --fix                    Takes the drift out of the totals, after showing it.\n"
          + "  --json                   Prints the report as JSON, and the rest to the error"
          + " output.\n"
          + "  --help                   Shows this.\n"
          + "\n"
          + "Exit status:\n"
          + "  0  every total is exact, or is so now\n"
          + "  1  it failed or was stopped\n"
          + "  2  an option was refused\n"
          + "  3  there is drift\n"
          + "  4  there is none that is known, but not every total could be judged\n";

  private static final Set<String> FLAGS = Set.of("--no-ballot", "--fix", "--json", "--help");
  private static final Set<String> VALUES =
      Set.of(
          "--region",
          "--endpoint",
          "--votes-table",
          "--total-table",
          "--rejected-table",
          "--ballot-table",
          "--corrections-table",
          "--settle",
          "--for",
          "--looks",
          "--read-capacity");

  private static final Pattern TIME = Pattern.compile("([0-9]{1,7}) ?(ms|s|m|h)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1));

  private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-[0-9]+");
  private static final Pattern ENDPOINT = Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]+)?/?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final Duration MAX_TIME = Duration.ofHours(1);

  private final Set<String> flags = new HashSet<>();
  private final Map<String, String> values = new HashMap<>();

  private AuditMain() {}

  /** Ends the virtual machine with the exit status that {@code --help} tells. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(execute(args, out, err));
  }

  static int execute(String[] args, PrintWriter out, PrintWriter err) {
    AuditMain audit = new AuditMain();
    AuditOptions options;
    try {
      audit.read(args);
      options = audit.options();
      audit.requireAPlace();
    } catch (IllegalArgumentException e) {
      err.println("audit: " + e.getMessage());
      err.println("--help tells what there is.");
      return REFUSED;
    }
    if (audit.flags.contains("--help")) {
      out.print(HELP);
      out.flush();
      return 0;
    }
    try (DynamoDbClient dynamoDb = audit.client()) {
      return new AuditRun(
              dynamoDb,
              audit.place(),
              "are region and credentials right?",
              options,
              audit::operator,
              out,
              err)
          .execute();
    } catch (RuntimeException e) {
      err.println("audit: " + e.getMessage());
      return AuditRun.FAILED;
    }
  }

  private void read(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (FLAGS.contains(args[i])) {
        flags.add(args[i]);
      } else if (!VALUES.contains(args[i])) {
        throw new IllegalArgumentException("there is no option " + args[i]);
      } else if (i + 1 == args.length || args[i + 1].startsWith("--")) {
        throw new IllegalArgumentException(args[i] + " takes a value");
      } else if (values.put(args[i], args[++i]) != null) {
        throw new IllegalArgumentException(args[i - 1] + " is given twice");
      }
    }
  }

  private AuditOptions options() {
    return new AuditOptions(
        new Tables(
            values.getOrDefault("--votes-table", "votes"),
            values.getOrDefault("--total-table", "total_votes"),
            values.getOrDefault("--rejected-table", "rejected_votes"),
            values.getOrDefault("--corrections-table", "corrections")),
        flags.contains("--no-ballot")
            ? Optional.empty()
            : Optional.of(values.getOrDefault("--ballot-table", "ballot")),
        new Pace(
            time("--settle", "10s"),
            number("--looks", values.getOrDefault("--looks", "5"), Audit.FEWEST_LOOKS),
            time("--for", "2m")),
        values.containsKey("--read-capacity")
            ? OptionalInt.of(number("--read-capacity", values.get("--read-capacity"), 1))
            : OptionalInt.empty(),
        AuditOptions.Concern.EVERYTHING,
        !flags.contains("--fix"),
        flags.contains("--json"));
  }

  private Duration time(String option, String defaultText) {
    String text = values.getOrDefault(option, defaultText);
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(option + " is " + text + ", but must be such as 10s");
    }
    Duration time = UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
    if (time.compareTo(MAX_TIME) > 0) {
      throw new IllegalArgumentException(option + " is " + text + ", but must be at most 1h");
    }
    return time;
  }

  private static int number(String option, String text, int least) {
    if (!NUMBER.matcher(text).matches() || Integer.parseInt(text) < least) {
      throw new IllegalArgumentException(
          option + " is " + text + ", but must be a whole number of at least " + least);
    }
    return Integer.parseInt(text);
  }

  private void requireAPlace() {
    String region = values.getOrDefault("--region", "eu-west-1");
    if (!REGION.matcher(region).matches()) {
      throw new IllegalArgumentException(
          "--region is " + region + ", but must be one such as eu-west-1");
    }
    String endpoint = values.getOrDefault("--endpoint", "https://host");
    if (!ENDPOINT.matcher(endpoint).matches()) {
      throw new IllegalArgumentException(
          "--endpoint is " + endpoint + ", but must be a URL such as https://host");
    }
  }

  private DynamoDbClient client() {
    DynamoDbClientBuilder builder = DynamoDbClient.builder();
    if (values.containsKey("--region")) {
      builder.region(Region.of(values.get("--region")));
    }
    if (values.containsKey("--endpoint")) {
      builder.endpointOverride(URI.create(values.get("--endpoint")));
    }
    return builder.build();
  }

  private String operator() {
    if (values.containsKey("--endpoint")) {
      return Operators.ofThisMachine();
    }
    StsClientBuilder builder = StsClient.builder();
    if (values.containsKey("--region")) {
      builder.region(Region.of(values.get("--region")));
    }
    try (StsClient sts = builder.build()) {
      return Operators.ofCredentials(sts);
    }
  }

  private String place() {
    if (values.containsKey("--endpoint")) {
      return "at " + values.get("--endpoint");
    }
    return values.containsKey("--region") ? "in " + values.get("--region") : "in the usual region";
  }
}
