internal import NeuralNetwork

/// The node of a region tree at which a preorder walk stands.
struct RegionWalk {
  /// The open units of the part, ascending.
  let units: [UnitID]
  /// The phases of the path.
  private(set) var phases: [UnitID: Phase] = [:]
  /// True once every branch has its point.
  private(set) var isAtEnd = false
  /// How many nodes have each number of units on their path.
  private(set) var nodeCounts: [Int]
  private var path: [Turn] = []

  /// A unit on the path.
  private struct Turn {
    let unit: UnitID
    /// True while the on branch of a split is still to come.
    let hasOtherBranch: Bool
  }

  init(units: [UnitID]) {
    self.units = units
    nodeCounts = Array(repeating: 0, count: units.count + 1)
    nodeCounts[0] = 1
  }

  /// True if every unit has a phase.
  var isComplete: Bool { path.count == units.count }

  /// True if the next node may be about `unit`.
  func mayTake(_ unit: UnitID) -> Bool {
    guard !isComplete, phases[unit] == nil else { return false }
    // Layers are finished in order, so as many units as the path has are the lowest ones.
    return unit.layer == units[path.count].layer && units.contains(unit)
  }

  /// Goes on to a branch of a node about `unit`.
  mutating func enter(_ unit: UnitID, _ phase: Phase, hasOtherBranch: Bool = false) {
    path.append(Turn(unit: unit, hasOtherBranch: hasOtherBranch))
    phases[unit] = phase
    nodeCounts[path.count] += 1
  }

  /// Ends a branch and goes to the next one that is still to come.
  mutating func endBranch() {
    while let turn = path.popLast() {
      phases[turn.unit] = nil
      if turn.hasOtherBranch {
        enter(turn.unit, .on)
        return
      }
    }
    isAtEnd = true
  }

  /// The regions after 1, 2, … layers, once the walk is at its end.
  func counts(layerCount: Int) -> [Int] {
    (1...layerCount).map { k in nodeCounts[units.count { $0.layer < k }] }
  }
}
