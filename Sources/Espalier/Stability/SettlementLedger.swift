internal import NeuralNetwork

/// Which stage settled which unit first.
struct SettlementLedger {
  private var stages: [UnitID: String] = [:]

  /// The number of settled units by stage.
  private(set) var counts: [String: Int] = [:]

  /// Enters a settled unit; later entries of the same unit change nothing.
  mutating func enter(_ unit: UnitID, _ stage: String) {
    guard stages[unit] == nil else { return }
    stages[unit] = stage
    counts[stage, default: 0] += 1
  }

  /// The stage that settled a unit.
  subscript(unit: UnitID) -> String? { stages[unit] }
}
