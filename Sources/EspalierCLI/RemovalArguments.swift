internal import ArgumentParser
internal import Espalier

/// What a removal may do.
struct RemovalArguments: ParsableArguments {
  /// What is made small, by the names of `RemovalMeasure`.
  enum Measure: String, ExpressibleByArgument, CaseIterable {
    case units, parameters, nonzeros, bytes
  }

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What is made small: units, parameters (default), nonzeros or bytes. A rule that makes it "
        + "larger is not applied.", valueName: "measure"))
  var minimize = Measure.parameters

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A hidden layer that keeps its units (from 0); may be given several times.",
      valueName: "layer"))
  var keep: [Int] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Makes the number of units of each hidden layer a multiple of N, by keeping units.",
      valueName: "N"))
  var roundTo = 1

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Also replaces units of small influence, as long as no output changes by more than this on "
        + "the domain (proved).", valueName: "error"))
  var maxError: Double?

  @Flag(
    name: .long,
    help: "Only what leaves the function equal over the reals (default; excludes --max-error).")
  var exact = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The rules that may be applied: some of R1 to R9, as R1,R3, or all.", valueName: "list"))
  var rules = "all"

  func validate() throws {
    if roundTo < 1 || roundTo > 1 << 20 {
      throw ValidationError("--round-to: expected a whole number from 1 on, found \(roundTo).")
    }
    if let maxError {
      guard maxError > 0, maxError.isFinite else {
        throw ValidationError("--max-error: expected a positive number, found \(maxError).")
      }
      if exact { throw ValidationError("--exact and --max-error exclude each other.") }
    }
    _ = try parsedRules()
  }

  /// The options of the planner.
  var options: RemovalOptions {
    get throws {
      var options = RemovalOptions()
      options.measure = RemovalMeasure(rawValue: minimize.rawValue) ?? .parameters
      options.keptLayers = Set(keep)
      options.widthMultiple = roundTo
      options.maximumError = maxError
      options.rules = try parsedRules()
      return options
    }
  }

  private func parsedRules() throws -> Set<RemovalRule> {
    if rules == "all" { return Set(RemovalRule.allCases) }
    return Set(
      try rules.split(separator: ",", omittingEmptySubsequences: false).map { name in
        guard let rule = RemovalRule(rawValue: name.uppercased()) else {
          throw ValidationError("--rules: expected some of R1 to R9, or all; found \"\(name)\".")
        }
        return rule
      })
  }
}
