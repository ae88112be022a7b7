public import Certificates
internal import ExactArithmetic
public import StrictJSON

/// What was written and how close it is, for people and for programs.
public struct PruneReport: Sendable {
  private let plan: PlanReport
  private let pruning: Pruning
  private let seen: SeenDifference
  private let files: [(name: String, path: String)]

  /// A report on files that were written.
  public init(
    plan: PlanReport, pruning: Pruning, seen: SeenDifference, model: String, certificate: String,
    guardModel: String?
  ) {
    self.plan = plan
    self.pruning = pruning
    self.seen = seen
    files =
      [("model", model), ("certificate", certificate)]
      + (guardModel.map { [("guard", $0)] } ?? [])
  }

  /// The report for people.
  public var lines: [String] {
    plan.layerTable.lines + [""] + plan.ruleTable.lines
      + ["", plan.promise, plan.domainLine, ""] + differenceLines + plan.levelLines
      + [""] + files.map { "\($0.name): \($0.path)" }
  }

  /// The largest differences of an output: proved and seen.
  private var differenceLines: [String] {
    var table = TextTable([("difference of an output", .left), ("at most (proved)", .right)])
    table.add(["stored weights, over the reals", Self.largest(pruning.difference)])
    table.add([
      "what runtimes compute", pruning.floatDifference.map(Self.largest) ?? "nothing proved",
    ])
    var lines = table.lines
    lines.append(
      "Seen: \(ShortNumber.text(seen.largest.approximation)) at the worst of "
        + "\(ShortNumber.grouped(seen.inputCount)) inputs tried (stored weights, exact).")
    if let argmax = pruning.argmax {
      let runtimes = pruning.floatDifference == nil ? "" : ", in runtimes, too"
      lines.append(
        "Both answer class \(argmax.outputClass) on the whole domain (proved\(runtimes)).")
    }
    return lines
  }

  /// The report for programs.
  public var json: JSONValue {
    .members(
      ("format", .string("espalier-prune/1")),
      ("files", .object(files.map { JSONMember(key: $0.name, value: .string($0.path)) })),
      ("plan", plan.json),
      (
        "floatDifference",
        pruning.floatDifference.map { .array($0.map(StabilityReport.number)) } ?? .null
      ),
      (
        "seen",
        .members(
          ("differences", .array(seen.differences.map(StabilityReport.number))),
          ("inputs", .integer(seen.inputCount)))
      ), ("argmax", pruning.argmax.map { .integer($0.outputClass) } ?? .null))
  }

  private static func largest(_ values: [Dyadic]) -> String {
    ShortNumber.text((values.max() ?? .zero).approximation)
  }
}
