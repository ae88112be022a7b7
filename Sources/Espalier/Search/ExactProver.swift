internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Decides one side of one unit in exact arithmetic alone, cell by cell.
///
/// For small networks whose numbers no float solver can handle. Units are split in layer order, and
/// the exact linear program of each cell either closes it or shows a point.
struct ExactProver {
  let state: ProofState
  let target: UnitID
  let side: Side

  /// Searches until the side is decided or `nodeLimit` programs are solved.
  func search(nodeLimit: Int, shouldStop: () -> Bool) -> Finding {
    let order = openUnits
    let cell = ExactCell(state: state, target: target, side: side)
    var tree = ProofTree()
    var stack: [(node: Int, phases: [Phase])] = [(0, [])]
    var count = 0
    while let (node, phases) = stack.popLast() {
      if count >= nodeLimit { return .nothing(.nodes) }
      if shouldStop() { return .nothing(.seconds) }
      count += 1
      let prefix = Array(order[..<phases.count])
      let assumed = Dictionary(uniqueKeysWithValues: zip(prefix, phases))
      let isComplete = phases.count == order.count
      switch cell.solve(order: prefix, phases: assumed, isComplete: isComplete) {
      case .closed(let leaf): tree.close(node, with: leaf)
      case .positive(let point):
        if let witness = WitnessRounding(state: state, target: target, side: side).round(point) {
          return .witness(witness)
        }
        return .nothing(.caller)
      case .inhabited:
        let children = tree.split(node, on: order[phases.count])
        stack.append((children.on, phases + [.on]))
        stack.append((children.off, phases + [.off]))
      }
    }
    guard let nodes = tree.preorder else { return .nothing(.caller) }
    return .proof(.tree(bound: .zero, nodes: nodes))
  }

  /// The units below the target whose sign is not proved, in layer order.
  private var openUnits: [UnitID] {
    state.network.network.reluUnits.filter { unit in
      unit.layer < target.layer && state[unit].lower.signum < 0 && state[unit].upper.signum > 0
    }
  }
}
