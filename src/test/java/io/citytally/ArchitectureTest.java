package io.citytally;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The directions in which this house's rooms know each other. */
@AnalyzeClasses(packages = "io.citytally", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule theDomainKnowsNothingButItself =
      classes()
          .that()
          .resideInAPackage("io.citytally.vote..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "io.citytally.vote..", "org.apache.flink.api.common.typeinfo..");

  @ArchTest
  static final ArchRule theStagesDoNotKnowEachOther =
      slices()
          .matching("io.citytally.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              resideInAPackage("io.citytally.."), resideInAPackage("io.citytally.vote.."))
          .ignoreDependency(
              resideInAPackage("io.citytally.web.."), resideInAPackage("io.citytally.dynamodb.."))
          .ignoreDependency(
              resideInAPackage("io.citytally.ops.."), resideInAPackage("io.citytally.dynamodb.."));

  @ArchTest
  static final ArchRule theWebApplicationAndTheOperatorShareOnlyTablesWithTheJob =
      noClasses()
          .that()
          .resideInAnyPackage("io.citytally.web..", "io.citytally.ops..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.apache.flink..")
                  .or(
                      resideInAPackage("io.citytally.dynamodb..")
                          .and(not(simpleNameEndingWith("Table")))));

  @ArchTest
  static final ArchRule onlyOneClassKnowsLambda =
      noClasses()
          .that()
          .doNotHaveSimpleName("LambdaHandler")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.amazonaws.services.lambda..");

  @ArchTest
  static final ArchRule nothingKnowsTheJobButTheJob =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.citytally")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.citytally");

  @ArchTest
  static final ArchRule thePipelineTakesPlainValues =
      noClasses()
          .that()
          .haveSimpleName("VoteCountingPipeline")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.citytally.config..");

  @ArchTest
  static final ArchRule onlyTheFeedKnowsTheConsumers =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.citytally.feed..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink.streaming.connectors.kinesis..");

  @ArchTest
  static final ArchRule onlyTheConfigurationKnowsWhereItRuns =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.citytally.config..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.amazonaws.services.kinesisanalytics..");

  @ArchTest
  static final ArchRule theTablesKnowNoFlink =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Table")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule namesSayWhatAClassDoes =
      noClasses().should().haveNameMatching(".*(Util|Utils|Common|Manager|Helper)$");
}
