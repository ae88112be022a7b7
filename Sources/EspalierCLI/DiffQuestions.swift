internal import ArgumentParser
internal import Espalier
internal import ExactArithmetic
internal import StrictJSON

/// What `espalier diff` is asked.
struct DiffQuestions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Does every output differ by at most this much?", valueName: "e"))
  var epsilon: Double?

  @Flag(name: .long, help: "Do both models answer the same class everywhere?")
  var argmax = false

  @Flag(
    name: .long,
    help: "Is the difference at most the proved bounds on what rounding does to the two models?")
  var floatNoise = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Without a question: the share of the upper bound at which a bracket is closed.",
      valueName: "share"))
  var gap = 0.01

  func validate() throws {
    if let epsilon, !(epsilon >= 0 && epsilon.isFinite) {
      throw ValidationError("--epsilon: expected a number from 0 on, found \(epsilon).")
    }
    if !(gap > 0 && gap < 1) {
      throw ValidationError("--gap: expected a number between 0 and 1, found \(gap).")
    }
  }

  /// The questions for the library.
  func options(search: AnalysisOptions) throws -> DifferenceOptions {
    DifferenceOptions(
      search: search, epsilon: epsilon.map { Dyadic($0) }, asksArgmax: argmax,
      asksFloatNoise: floatNoise, gap: gap)
  }

  /// The questions in a document.
  var json: JSONValue {
    .members(
      ("epsilon", epsilon.map { .number("\($0)") } ?? .null), ("argmax", .bool(argmax)),
      ("floatNoise", .bool(floatNoise)), ("gap", .number("\(gap)")))
  }
}
