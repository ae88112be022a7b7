internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Decides one side of one unit by branching on open units over linear bounds with optimized
/// slopes, many nodes at a time.
///
/// Each node is closed by a leaf that the exact checker accepts, or its best corner shows the
/// sign, or it is split. Rows and balls of the domain are not used; its box is.
///
/// - Source: alpha-beta-CROWN (arXiv 2103.06624).
struct SlopeProver {
  let state: ProofState
  let target: UnitID
  let side: Side
  let sampler: DomainSampler
  var rule = SlopeRule.gain
  /// How nodes are bounded that do not depend on each other.
  var concurrency = Concurrency.serial
  /// Solves the linear program of a branch; nil if there is none.
  var program: (([UnitID: Phase]) -> BranchingProver.Visit)?
  /// The iterations of the first node, and of others.
  var iterations = (root: 40, node: 5)

  /// The nodes that are taken from the tree at a time, and those of them that are bounded together.
  ///
  /// Neither depends on the number of threads, so that no tree does.
  static let batchSize = 128
  static let groupSize = 64
  /// How far below 0 a bound is sure in single precision, by the width of the target's interval.
  static let clearance = 1e-4

  /// What a search did.
  struct Counts {
    /// Nodes that were bounded.
    var nodes = 0
    /// Bounds that were computed.
    var bounds = 0
    /// Leaves that were accepted.
    var leaves = 0
    /// The share of the tree that is closed: the sum of `2^-depth` of all leaves.
    var progress = 0.0

    /// The nodes of the whole tree, if the rest of it is like what is closed; a guess as long as
    /// nothing is.
    ///
    /// - Source: Knuth, Mathematics of Computation 29 (1975).
    var neededNodes: Double {
      leaves == 0
        ? Self.growthWithoutLeaf * Double(nodes) : Double(nodes) / max(progress, Self.leastProgress)
    }

    private static let leastProgress = 1e-9

    /// The first nodes are bounded level by level, so that even a small tree has no leaf yet.
    private static let growthWithoutLeaf = 8.0
  }

  /// Searches until the side is decided or `nodeLimit` nodes are bounded.
  ///
  /// - Parameter onPoint: Gets the best input of each batch.
  func search(
    nodeLimit: Int, onPoint: ([Double]) -> Void, shouldStop: () -> Bool
  ) -> (finding: Finding, counts: Counts) {
    var run = SlopeTreeRun(self)
    while !run.isDone {
      if run.counts.nodes >= nodeLimit { return (.nothing(.nodes), run.counts) }
      if shouldStop() { return (.nothing(.seconds), run.counts) }
      if let witness = run.advance(nodeLimit: nodeLimit, onPoint: onPoint) {
        return (.witness(witness), run.counts)
      }
      if run.isStuck { return (.nothing(.caller), run.counts) }
    }
    guard let nodes = run.tree.preorder else { return (.nothing(.caller), run.counts) }
    return (.proof(.tree(bound: .zero, nodes: nodes)), run.counts)
  }
}
