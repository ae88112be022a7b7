internal import MILP
internal import NeuralNetwork

/// Which sides of a layer's units the trees of linear bounds are asked about next, and how long.
///
/// Node limits grow from pass to pass, so that easy units come first and a wrong guess costs a
/// fraction. A tree that met its limit says how many nodes it would need; those that need fewest
/// come first, and those that need far more than a pass gives wait for a later one.
struct SlopeSchedule {
  /// The node limit of the first pass, and how much larger each is than the one before.
  static let start = (nodes: 64, growth: 8)
  /// How far beyond a pass's node limit the nodes may be that a tree seems to need.
  static let patience = 8.0

  /// The node limits of the passes, ascending.
  let nodeLimits: [Int]
  private var needed: [BackwardBounds.Target: Double] = [:]

  /// Passes up to a node limit.
  init(nodeLimit: Int) {
    var limits: [Int] = []
    var next = Self.start.nodes
    while next < nodeLimit {
      limits.append(next)
      next *= Self.start.growth
    }
    nodeLimits = limits + [nodeLimit]
  }

  /// Takes in what an answer says about the work that is left.
  mutating func note(_ answer: UnitAnswer, to target: BackwardBounds.Target) {
    guard case .nothing(let limit) = answer.finding else { return }
    if let nodes = answer.neededNodes {
      needed[target] = nodes
    } else if limit == .caller {
      // Nothing but another engine could change the answer.
      needed[target] = .infinity
    }
  }

  /// The sides to ask about in a pass, in order.
  func order(
    _ targets: [BackwardBounds.Target], nodeLimit: Int
  ) -> [BackwardBounds.Target] {
    let isLast = nodeLimit == nodeLimits.last
    return targets.enumerated()
      .map { (nodes: needed[$1, default: 0], place: $0, target: $1) }
      .filter { $0.nodes <= Self.patience * Double(nodeLimit) || isLast && $0.nodes.isFinite }
      .sorted { ($0.nodes, $0.place) < ($1.nodes, $1.place) }
      .map(\.target)
  }
}
