internal import Certificates
internal import ExactArithmetic
public import NeuralNetwork
public import StrictJSON

/// A removal plan for people and for programs.
public struct PlanReport: Sendable {
  private let plan: RemovalPlan
  private let type: ScalarType
  private let domain: InputDomain

  /// A report on a plan and the domain on which it holds.
  public init(_ plan: RemovalPlan, domain: InputDomain) {
    self.plan = plan
    self.domain = domain
    type = plan.network.scalarType
  }

  /// Each rewrite: which unit, why, and what it saves.
  public var itemTable: TextTable {
    var table = TextTable([
      ("rule", .left), ("layer", .right), ("unit", .right), ("why", .left), ("level", .left),
      ("units", .right), ("parameters", .right), ("nonzeros", .right), ("bytes", .right),
    ])
    for item in plan.items {
      table.add(
        [item.rule.rawValue] + place(of: item.rewrite) + [item.reason, item.level.rawValue]
          + sizeCells(item.saved))
    }
    let total = plan.before - plan.after
    table.addTotal(["saved", "", "", "\(plan.items.count) rewrites", ""] + sizeCells(total))
    return table
  }

  /// Each layer before and after.
  public var layerTable: TextTable {
    var table = TextTable([
      ("layer", .right), ("units", .right), ("parameters", .right), ("nonzeros", .right),
      ("bytes", .right),
    ])
    for change in plan.layers {
      table.add([String(change.layer)] + changeCells(change.before, change.after))
    }
    table.addTotal(["all"] + changeCells(plan.before, plan.after))
    return table
  }

  /// What each rule saves.
  public var ruleTable: TextTable {
    var table = TextTable([
      ("rule", .left), ("removes", .left), ("rewrites", .right), ("units", .right),
      ("parameters", .right), ("nonzeros", .right), ("bytes", .right),
    ])
    for (rule, count, saved) in plan.savedByRule {
      table.add(
        [rule.rawValue, rule.title, ShortNumber.grouped(count)] + sizeCells(saved))
    }
    return table
  }

  /// What the plan promises, in one or two sentences.
  public var promise: String {
    let largest = plan.difference.max() ?? .zero
    let store =
      largest.isZero
      ? "No stored number is rounded."
      : "Storing the numbers as \(type.rawValue) changes no output by more than "
        + "\(ShortNumber.text(largest.approximation)) (proved)."
    switch plan.tier {
    case .zeros: return "Tier E0: only zeros are removed; equal on the whole domain. \(store)"
    case .exact: return "Tier E1: equal over the reals on the whole domain. \(store)"
    case .bounded:
      return "Tier E2: no output changes by more than "
        + "\(ShortNumber.text(largest.approximation)) on the whole domain (proved)."
    }
  }

  /// How many rewrites have each level, what the levels that occur mean, and what none of them says.
  public var levelLines: [String] {
    guard !plan.items.isEmpty else { return [] }
    let used = RewriteLevel.allCases.filter { level in plan.items.contains { $0.level == level } }
    let counts = used.map { level in
      "\(plan.items.count { $0.level == level }) \(level.rawValue)"
    }
    let width = used.map(\.rawValue.count).max() ?? 0
    let meanings = used.map { level in
      let gap = String(repeating: " ", count: width - level.rawValue.count)
      return "  \(level.rawValue)\(gap)  \(level.meaning)"
    }
    return ["", "Levels: \(counts.joined(separator: ", "))."] + meanings + [
      "Whether results are bit-identical only a replay in the runtime can say: fewer terms may be",
      "summed in another order.",
    ]
  }

  /// The domain on which the pruned network may be used.
  public var domainLine: String { "Valid on the \(domain.summary)." }

  /// The plan as JSON.
  public var json: JSONValue {
    .members(
      ("format", .string("espalier-plan/1")),
      ("domain", domain.json),
      ("tier", .string(plan.tier.rawValue)),
      ("levels", .object(levelCounts)),
      ("before", Self.sizeJSON(plan.before)),
      ("after", Self.sizeJSON(plan.after)),
      ("layers", .array(plan.layers.map(layerJSON))),
      ("rules", .array(plan.savedByRule.map(ruleJSON))),
      ("rewrites", .array(plan.items.map(itemJSON))),
      ("unreadInputs", .array(plan.unreadInputs.map(JSONValue.integer))),
      ("difference", .array(plan.difference.map(StabilityReport.number))))
  }

  // MARK: Parts

  private func place(of rewrite: Rewrite) -> [String] {
    [String(rewrite.layer), rewrite.unit.map { String($0.index) } ?? ""]
  }

  private func sizeCells(_ size: NetworkSize) -> [String] {
    [size.units, size.parameters, size.nonzeros, size.bytes].map(ShortNumber.grouped)
  }

  private func changeCells(_ before: NetworkSize, _ after: NetworkSize?) -> [String] {
    zip(sizeCells(before), after.map(sizeCells) ?? ["gone", "0", "0", "0"])
      .map { $0 == $1 ? $0 : "\($0) → \($1)" }
  }

  private var levelCounts: [JSONMember] {
    RewriteLevel.allCases.map { level in
      JSONMember(key: level.rawValue, value: .integer(plan.items.count { $0.level == level }))
    }
  }

  private func ruleJSON(
    _ entry: (rule: RemovalRule, count: Int, saved: NetworkSize)
  ) -> JSONValue {
    .members(
      ("rule", .string(entry.rule.rawValue)), ("count", .integer(entry.count)),
      ("saved", Self.sizeJSON(entry.saved)))
  }

  /// A size for programs.
  public static func sizeJSON(_ size: NetworkSize) -> JSONValue {
    .members(
      ("units", .integer(size.units)), ("parameters", .integer(size.parameters)),
      ("nonzeros", .integer(size.nonzeros)), ("bytes", .integer(size.bytes)))
  }

  private func layerJSON(_ change: RemovalPlan.LayerChange) -> JSONValue {
    .members(
      ("layer", .integer(change.layer)), ("before", Self.sizeJSON(change.before)),
      ("after", change.after.map(Self.sizeJSON) ?? .null))
  }

  private func itemJSON(_ item: RemovalPlan.Item) -> JSONValue {
    .members(
      ("rule", .string(item.rule.rawValue)), ("rewrite", .string(item.rewrite.rule)),
      ("layer", .integer(item.rewrite.layer)),
      ("unit", item.rewrite.unit.map { .integer($0.index) } ?? .null),
      ("reason", .string(item.reason)), ("level", .string(item.level.rawValue)),
      ("saved", Self.sizeJSON(item.saved)))
  }
}
