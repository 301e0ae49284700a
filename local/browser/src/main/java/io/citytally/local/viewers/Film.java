package io.citytally.local.viewers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.SelectOption;
import io.citytally.cli.Citytally;
import io.citytally.cli.OperatorCommands;
import io.citytally.cli.aws.LocalAws;
import io.citytally.election.ElectionRules;
import io.citytally.local.lifecycle.Closing;
import io.citytally.local.viewers.Camera.View;
import io.citytally.table.ElectionTable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.util.FileUtils;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Pictures of an election from the sign-in to the final result: on a phone and on a laptop, each in
 * light and in dark; and one of its map. The system is one of {@code citytally run --sign-in}, and
 * its election is over afterwards: an operator closes it, by the commands that operators have.
 */
final class Film {

  /** In this time every instance knows of the end, and all citizens choose once more. */
  private static final Duration CLOSES_IN = Duration.ofSeconds(90);

  private static final Duration POLL = Duration.ofMillis(500);

  /** The provider's page says what the password is. */
  private static final Pattern PASSWORD = Pattern.compile("“(\\w+)”");

  /**
   * Someone who votes.
   *
   * @param number of the citizen in the provider's list
   */
  private record Citizen(int number, View view, Page page) {}

  private final Camera camera;
  private final int dynamoDbPort;
  private final List<Path> files = new ArrayList<>();

  /**
   * @param dynamoDbPort where the system's tables are
   */
  Film(Camera camera, int dynamoDbPort) {
    this.camera = camera;
    this.dynamoDbPort = dynamoDbPort;
  }

  /**
   * Takes all of them.
   *
   * @return the files
   */
  List<Path> take() throws Exception {
    List<Citizen> citizens =
        List.of(
            citizen(0, View.phone(ColorScheme.LIGHT)),
            citizen(1, View.phone(ColorScheme.DARK)),
            citizen(2, View.laptop(ColorScheme.LIGHT)),
            citizen(3, View.laptop(ColorScheme.DARK)));
    for (Citizen citizen : citizens) {
      signIn(citizen);
      vote(citizen);
    }
    try (Closing closing = new Closing()) {
      Path directory = Files.createTempDirectory("citytally-film-");
      closing.add(() -> FileUtils.deleteDirectory(directory.toFile()));
      setEnd(directory, citizens.get(0).page());
      for (Citizen citizen : citizens) {
        chooseInAnotherRegion(citizen.page());
      }
      for (Citizen citizen : citizens) {
        citizen.page().getByText("Voting has closed.").first().waitFor();
        write("5-closed", citizen);
      }
      operate("close", "--to", directory.resolve("result").toString());
      awaitElection(citizens.get(0).page(), election -> election.has("final"));
    }
    for (Citizen citizen : citizens) {
      citizen.page().navigate("/");
      citizen.page().locator("#outcome").getByText("Final result").waitFor();
      write("6-final", citizen);
    }
    files.add(camera.write("map", citizens.get(2).page().locator("#regions-section")));
    return files;
  }

  private Citizen citizen(int number, View view) {
    return new Citizen(number, view, camera.page(view));
  }

  private void signIn(Citizen citizen) throws IOException {
    Page page = citizen.page();
    page.navigate("/vote");
    page.locator("#sign-in").waitFor();
    write("1-sign-in", citizen);

    page.locator("#sign-in").click();
    page.getByLabel("Citizen").selectOption(new SelectOption().setIndex(citizen.number()));
    page.locator("#password").fill(password(page));
    write("2-provider", citizen);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in").setExact(true))
        .click();
  }

  private void vote(Citizen citizen) throws IOException {
    Page page = citizen.page();
    page.locator("#region").selectOption("0");
    Locator choices = page.locator("#improvements input");
    while (page.locator("#improvements [aria-disabled=true]").count() == 0) {
      choices.nth(page.locator("#improvements :checked").count()).check();
    }
    write("3-limit", citizen);

    page.locator("#cast").click();
    page.locator(".steps li:nth-child(2)[data-state=done]").waitFor();
    write("4-counted", citizen);
  }

  /** Does not send it. */
  private static void chooseInAnotherRegion(Page page) {
    page.reload();
    page.locator("#another").click();
    page.locator("#region").selectOption("1");
    page.locator("#improvements input").first().check();
  }

  private static String password(Page page) {
    Matcher matcher = PASSWORD.matcher(page.locator("main").innerText());
    if (!matcher.find()) {
      throw new IllegalStateException("the provider's page shows no password: " + page.url());
    }
    return matcher.group(1);
  }

  // --- The operator
  // -------------------------------------------------------------------------------

  /** Returns when the pages know of the end. */
  private void setEnd(Path directory, Page page) throws Exception {
    String end = Instant.now().plus(CLOSES_IN).truncatedTo(ChronoUnit.SECONDS).toString();
    Path file = directory.resolve("election.json");
    Files.writeString(file, rules().json().put("closes_at", end).toString());
    operate("election", "--yes", file.toString());
    awaitElection(page, election -> election.path("closesAt").asText().equals(end));
  }

  private ElectionRules rules() {
    try (DynamoDbClient dynamoDb =
        LocalAws.dynamoDb(URI.create("http://127.0.0.1:" + dynamoDbPort))) {
      return ElectionTable.electionOf(
              dynamoDb
                  .getItem(
                      get -> get.tableName(ElectionTable.DEFAULT_NAME).key(ElectionTable.key()))
                  .item())
          .rules();
    }
  }

  private void operate(String... arguments) {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addAll(1, List.of("--dynamodb-port", Integer.toString(dynamoDbPort)));
    int status =
        Citytally.commandLine(new OperatorCommands().commands(Path.of("")).toArray())
            .execute(command.toArray(String[]::new));
    if (status != 0) {
      throw new IllegalStateException(
          "citytally " + String.join(" ", command) + " exits with " + status);
    }
  }

  private static void awaitElection(Page page, Predicate<JsonNode> known) throws IOException {
    ObjectMapper json = new ObjectMapper();
    while (!known.test(json.readTree(page.request().get("/api/ballot").body()).path("election"))) {
      page.waitForTimeout(POLL.toMillis());
    }
  }

  private void write(String step, Citizen citizen) throws IOException {
    files.add(camera.write("film-" + step + "-" + citizen.view().name(), citizen.page()));
  }
}
