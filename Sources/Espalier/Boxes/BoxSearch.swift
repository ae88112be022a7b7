internal import Certificates
internal import NeuralNetwork

/// Cuts the domain's box into boxes until plain bounds decide the units on each of them.
///
/// The largest boxes first, so that whenever the search ends, no box is much larger than another:
/// a unit is proved if it is decided in every box. Each cut halves the input that contributes most
/// to the bounds that are still on the wrong side.
///
/// - Source: ReluVal (arXiv 1804.10829); for the choice, the input part of the backward bounds as in
///   alpha-beta-CROWN (arXiv 2103.06624).
struct BoxSearch {
  /// When the search ends.
  struct Limits {
    /// The most boxes that are bounded.
    var boxes: Int
    /// How many boxes are bounded before their yield is looked at.
    var boxesBeforeYield = 512
    /// The least share of the domain that must be closed then.
    var leastYield = 0.01
  }

  /// The boxes that are bounded at a time.
  static let batchSize = 32
  /// A bound this close to zero, relative to the width of its interval, counts as a tie: cutting
  /// would never end.
  static let tieTolerance = 1e-9

  /// A box that is not closed, or closed without being cut.
  private struct Open {
    let node: Int
    let box: Box
  }

  private enum Node {
    case box
    case cut(BoxCut, lower: Int)
  }

  let bounds: BoxBatchBounds
  let limits: Limits
  /// The number of boxes that were bounded.
  private(set) var boxCount = 0
  private var nodes: [Node] = [.box]
  private let root: Box

  init(network: Network, layerCount: Int, domain: Box, limits: Limits) {
    bounds = BoxBatchBounds(network: network, layerCount: layerCount)
    self.limits = limits
    root = domain
  }

  /// How many sides the bounds on the whole domain leave open.
  func openSideCount(isWanted: (UnitID, Side) -> Bool) -> Int {
    let result = bounds.bounds(on: [root])
    return result.backward.enumerated().reduce(0) { count, entry in
      count + entry.element.rows.count { row in
        isOpen(row, layer: entry.offset, result) && isWanted(unit(row, entry.offset), row.target.side)
      }
    }
  }

  private func unit(_ row: BoxBatchBounds.Row, _ layer: Int) -> UnitID {
    UnitID(layer: layer, index: row.target.unit)
  }

  /// True if the bound of a relu unit is on the wrong side of zero, ties aside.
  private func isOpen(
    _ row: BoxBatchBounds.Row, layer k: Int, _ result: BoxBatchBounds.Result
  ) -> Bool {
    let j = row.target.unit
    let (low, high) = (result.lower[k][row.box, j], result.upper[k][row.box, j])
    let bound = row.target.side == .upper ? high : -low
    return bound > Self.tieTolerance * (high - low)
      && bounds.network.layers[k].activations[j] == .relu
  }

  /// Searches; nil if no cut was worth it.
  ///
  /// - Parameters:
  ///   - isWanted: True for a side of a unit that nothing has shown yet.
  ///   - replay: Gets points of the boxes, which may show something.
  mutating func search(
    isWanted: (UnitID, Side) -> Bool, replay: ([[Double]]) -> Void, shouldStop: () -> Bool
  ) -> BoxProof? {
    var level = [Open(node: 0, box: root)]
    var share = 1.0
    while !level.isEmpty {
      var next: [Open] = []
      for start in stride(from: 0, to: level.count, by: Self.batchSize) {
        if shouldStop() || boxCount >= limits.boxes { return proof }
        let batch = Array(level[start..<min(start + Self.batchSize, level.count)])
        next += visit(batch, isWanted: isWanted, replay: replay)
      }
      share = Double(next.count) / 2 / Double(level.count) * share
      level = next
      if boxCount >= limits.boxesBeforeYield && share > 1 - limits.leastYield { return nil }
    }
    return proof
  }

  /// Bounds boxes; those that leave something open are cut.
  private mutating func visit(
    _ batch: [Open], isWanted: (UnitID, Side) -> Bool, replay: ([[Double]]) -> Void
  ) -> [Open] {
    boxCount += batch.count
    let result = bounds.bounds(on: batch.map(\.box))
    replay(batch.map { zip($0.box.lower, $0.box.upper).map { $0 + ($1 - $0) / 2 } })
    return zip(batch, scores(of: batch.map(\.box), result, isWanted)).flatMap { open, scores in
      split(open, at: scores)
    }
  }

  /// For each box and input, what the input adds to the bounds that are on the wrong side.
  private func scores(
    of boxes: [Box], _ result: BoxBatchBounds.Result, _ isWanted: (UnitID, Side) -> Bool
  ) -> [[Double]] {
    var scores = boxes.map { [Double](repeating: 0, count: $0.lower.count) }
    for (k, layer) in result.backward.enumerated() {
      for (i, row) in layer.rows.enumerated() {
        guard isOpen(row, layer: k, result), isWanted(unit(row, k), row.target.side) else {
          continue
        }
        let box = boxes[row.box]
        for t in box.lower.indices {
          scores[row.box][t] +=
            abs(layer.coefficients[i, t]) * (box.upper[t] - box.lower[t])
        }
      }
    }
    return scores
  }

  private mutating func split(_ open: Open, at scores: [Double]) -> [Open] {
    guard let t = scores.indices.max(by: { scores[$0] < scores[$1] }), scores[t] > 0 else {
      return []
    }
    let (lower, upper) = (open.box.lower, open.box.upper)
    let middle = lower[t] + (upper[t] - lower[t]) / 2
    guard lower[t] < middle, middle < upper[t] else { return [] }
    let first = nodes.count
    nodes += [.box, .box]
    nodes[open.node] = .cut(BoxCut(input: t, value: middle), lower: first)
    var (below, above) = (upper, lower)
    below[t] = middle
    above[t] = middle
    return [
      Open(node: first, box: Box(lower: lower, upper: below)),
      Open(node: first + 1, box: Box(lower: above, upper: upper)),
    ]
  }

  /// The tree in preorder; nil if nothing was cut.
  private var proof: BoxProof? {
    guard nodes.count > 1 else { return nil }
    var preorder: [BoxNode] = []
    var stack = [0]
    while let node = stack.popLast() {
      switch nodes[node] {
      case .box: preorder.append(.box)
      case .cut(let cut, let lower):
        preorder.append(.cut(cut))
        stack += [lower + 1, lower]
      }
    }
    return BoxProof(layerCount: bounds.layerCount, nodes: preorder)
  }
}
