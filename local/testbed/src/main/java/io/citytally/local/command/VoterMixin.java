package io.citytally.local.command;

import io.citytally.cli.command.LabelConverter;
import io.citytally.election.VotePer;
import io.citytally.local.web.VoterSettings;
import io.citytally.web.SignIn;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say who may vote on the pages. */
public final class VoterMixin {

  @Option(
      names = "--sign-in",
      description =
          "Only citizens who sign in can vote on the pages. Starts an identity provider with ten"
              + " invented citizens.")
  boolean signIn;

  @Option(
      names = "--oidc-issuer",
      paramLabel = "URL",
      description =
          "Lets only those vote on the pages who bring a token of this OpenID Connect issuer"
              + " (default: anyone).")
  @Nullable String issuer;

  @Option(
      names = "--oidc-audience",
      paramLabel = "NAME",
      description = "The audience that tokens must have.")
  @Nullable String audience;

  @Option(
      names = "--oidc-jwks",
      paramLabel = "URL",
      description = "Where the issuer publishes its keys (default: as the issuer itself says).")
  @Nullable URI keys;

  @Option(
      names = "--oidc-client-id",
      paramLabel = "ID",
      description = "The client by which the pages sign citizens in (default: the audience).")
  @Nullable String clientId;

  @Option(
      names = "--oidc-scope",
      paramLabel = "NAME",
      defaultValue = SignIn.DEFAULT_SCOPE,
      description = "What a token must allow (default: ${DEFAULT-VALUE}).")
  String scope;

  @Option(
      names = "--oidc-subject-claim",
      paramLabel = "NAME",
      defaultValue = SignIn.DEFAULT_SUBJECT_CLAIM,
      description = "The claim that tells one citizen from another (default: ${DEFAULT-VALUE}).")
  String subjectClaim;

  @Option(
      names = "--vote-per",
      paramLabel = "WHAT",
      converter = VotePerConverter.class,
      description =
          "With --sign-in or an issuer: city gives a citizen one ballot in all, region one in each"
              + " region (default: region).")
  @Nullable VotePer votePer;

  /**
   * Returns the scope, city or region, in which a citizen has one ballot with the local identity
   * provider; empty without {@code --sign-in}.
   *
   * @param job tells how to refuse
   */
  public Optional<VotePer> signIn(JobMixin job) {
    if (!signIn) {
      return Optional.empty();
    }
    if (Stream.of(issuer, audience, clientId, keys).anyMatch(Objects::nonNull)) {
      throw job.refusal("--sign-in brings its own issuer: leave the --oidc options out");
    }
    return Optional.of(votePer());
  }

  /**
   * @param job tells how to refuse
   */
  public Optional<VoterSettings> settings(JobMixin job) {
    if (signIn(job).isPresent()) {
      return Optional.empty();
    }
    if (issuer == null && audience == null) {
      if (keys != null || clientId != null || votePer != null) {
        throw job.refusal(
            "--oidc-jwks, --oidc-client-id and --vote-per need --sign-in or an issuer: without one,"
                + " nobody knows who has voted");
      }
      return Optional.empty();
    }
    if (issuer == null || audience == null) {
      throw job.refusal("--oidc-issuer and --oidc-audience go together");
    }
    if (keys != null && !"http".equals(keys.getScheme()) && !"https".equals(keys.getScheme())) {
      throw job.refusal("--oidc-jwks is " + keys + ", but must be an address with http or https");
    }
    SignIn signIn =
        new SignIn(issuer, audience, clientId == null ? audience : clientId, scope, subjectClaim);
    return Optional.of(new VoterSettings(signIn, Optional.ofNullable(keys), votePer()));
  }

  private VotePer votePer() {
    return votePer == null ? VotePer.REGION : votePer;
  }

  /** A rule by its label. */
  static final class VotePerConverter extends LabelConverter<VotePer> {
    VotePerConverter() {
      super(List.of(VotePer.values()), VotePer::label);
    }
  }
}
