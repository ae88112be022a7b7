internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Decides one side of one unit in exact arithmetic alone, by branching over exact relaxations.
///
/// For networks whose numbers no float solver can handle. A branch is closed by a leaf, or its
/// best input shows the sign, or the unit with the loosest relaxation there is split.
struct ExactProver {
  let state: ProofState
  let target: UnitID
  let side: Side
  /// A point of the domain.
  let member: [Double]

  /// Searches until the side is decided or `nodeLimit` programs are solved.
  func search(nodeLimit: Int, shouldStop: () -> Bool) -> Finding {
    let relaxation = ExactRelaxation(state: state, target: target, side: side)
    let rounding = WitnessRounding(
      state: state, target: target, side: side, member: member)
    var tree = ProofTree()
    var stack: [(node: Int, phases: [UnitID: Phase])] = [(0, [:])]
    var count = 0
    while let (node, phases) = stack.popLast() {
      if count >= nodeLimit { return .nothing(.nodes) }
      if shouldStop() { return .nothing(.seconds) }
      count += 1
      switch relaxation.solve(phases) {
      case .closed(let leaf): tree.close(node, with: leaf)
      case .tooLarge: return .nothing(.caller)
      case .positive(let point, let gap):
        if let witness = gap == nil ? rounding.round(point) : rounding.roundToStored(point) {
          return .witness(witness)
        }
        guard let gap else { return .nothing(.caller) }
        let children = tree.split(node, on: gap)
        stack.append((children.on, phases.merging([gap: .on]) { $1 }))
        stack.append((children.off, phases.merging([gap: .off]) { $1 }))
      }
    }
    guard let nodes = tree.preorder else { return .nothing(.caller) }
    return .proof(.tree(bound: .zero, nodes: nodes))
  }
}
