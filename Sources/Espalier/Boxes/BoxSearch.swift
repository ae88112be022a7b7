internal import Certificates
internal import NeuralNetwork

/// Cuts the domain's box into boxes until plain bounds decide the units on each of them.
///
/// The largest boxes first, so that whenever the search ends, no box is much larger than another: a
/// unit is proved if it is decided in every box. Each cut halves the input that contributes most to
/// the bounds that are still on the wrong side. Boxes are searched in doubles; what holds on those
/// that are not cut is evaluated exactly.
///
/// - Source: ReluVal (arXiv 1804.10829); for the choice, the input part of the backward bounds as in
///   alpha-beta-CROWN (arXiv 2103.06624).
struct BoxSearch {
  /// When the search ends.
  struct Limits {
    /// The most boxes that are bounded.
    var boxes: Int
    /// What share of the domain must be closed once so many boxes are bounded.
    var yields = [(boxes: 512, share: 0.01), (boxes: 8192, share: 0.1)]
  }

  /// The boxes that are bounded as one batch, and the batches that may be bounded at a time.
  static let batchSize = 32
  static let batchesAtATime = 4
  /// The most open boxes that are evaluated after an interruption; with more, nothing is kept.
  static let mostAfterInterruption = 1024
  /// A bound this close to zero, relative to the width of its interval, counts as a tie: cutting
  /// would never end.
  static let tieTolerance = 1e-9

  /// A box that is neither cut nor closed.
  private struct Open {
    let node: Int
    let depth: Int
    let box: Box
  }

  private enum Node {
    case box
    case cut(BoxCut, lower: Int)
  }

  private let bounds: BoxBatchBounds
  private let exactBounds: BoxBounds
  private let limits: Limits
  private let concurrency: Concurrency
  private let root: Box
  private var nodes: [Node] = [.box]
  /// Boxes by falling size; those before `next` are done.
  private var open: [Open]
  private var next = 0
  /// The number of boxes that were bounded, and the share of the domain that is closed.
  private(set) var boxCount = 0
  private var closedShare = 0.0
  /// What exact evaluation has taken so far.
  private var evaluation = (count: 0, duration: Duration.zero)
  /// What holds on all boxes that are not cut.
  private(set) var intervals = BoxIntervals.none

  init(
    network: ExactNetwork, layerCount: Int, domain: Box, limits: Limits, concurrency: Concurrency
  ) {
    bounds = BoxBatchBounds(network: network.network, layerCount: layerCount)
    exactBounds = BoxBounds(network: network, layerCount: layerCount)
    self.limits = limits
    self.concurrency = concurrency
    root = domain
    open = [Open(node: 0, depth: 0, box: domain)]
  }

  /// How many sides the bounds on the whole domain leave open.
  func openSideCount(isWanted: (UnitID, Side) -> Bool) -> Int {
    let result = bounds.bounds(on: [root])
    return result.backward.enumerated().reduce(0) { count, entry in
      count
        + entry.element.rows.count { row in
          isOpen(row, layer: entry.offset, result)
            && isWanted(unit(row, entry.offset), row.target.side)
        }
    }
  }

  /// Searches, and evaluates `intervals`; nil if no cut was worth it.
  ///
  /// - Parameters:
  ///   - isWanted: True for a side of a unit that nothing has shown yet.
  ///   - replay: Gets points of the boxes, which may show something.
  ///   - secondsLeft: The time that is left, evaluation included; nil for no limit.
  mutating func search(
    isWanted: (UnitID, Side) -> Bool, replay: ([[Double]]) -> Void,
    secondsLeft: () -> Double? = { nil }, shouldStop: () -> Bool
  ) -> BoxProof? {
    while next < open.count && boxCount < limits.boxes {
      if shouldStop() && open.count - next > Self.mostAfterInterruption { return nil }
      if shouldStop() || secondsLeft().map({ $0 <= evaluationSeconds }) ?? false { break }
      if limits.yields.contains(where: { boxCount >= $0.boxes && closedShare < $0.share }) {
        return nil
      }
      visit(takeOpen(), isWanted: isWanted, replay: replay)
    }
    evaluate(open[next...].map(\.box))
    return nodes.count > 1 ? proof : nil
  }

  /// What the exact evaluation of all open boxes will take.
  private var evaluationSeconds: Double {
    evaluation.duration / .seconds(1) / Double(max(1, evaluation.count))
      * Double(open.count - next)
  }

  private mutating func takeOpen() -> [Open] {
    let end = min(open.count, next + Self.batchSize * Self.batchesAtATime)
    let taken = Array(open[next..<end])
    next = end
    if next > open.count / 2 {
      open.removeFirst(next)
      next = 0
    }
    return taken
  }

  /// Bounds boxes; those that leave something open are cut, the others are evaluated exactly.
  private mutating func visit(
    _ group: [Open], isWanted: (UnitID, Side) -> Bool, replay: ([[Double]]) -> Void
  ) {
    boxCount += group.count
    let starts = Array(stride(from: 0, to: group.count, by: Self.batchSize))
    let batches = starts.map { Array(group[$0..<min($0 + Self.batchSize, group.count)]) }
    let bounds = bounds
    let results = concurrency.map(count: batches.count) {
      bounds.bounds(on: batches[$0].map(\.box))
    }
    var closed: [Box] = []
    for (batch, result) in zip(batches, results) {
      replay(batch.map { zip($0.box.lower, $0.box.upper).map { $0 + ($1 - $0) / 2 } })
      for (entry, scores) in zip(batch, scores(of: batch.map(\.box), result, isWanted)) {
        if !split(entry, at: scores) {
          closed.append(entry.box)
          closedShare += Double(sign: .plus, exponent: -entry.depth, significand: 1)
        }
      }
    }
    evaluate(closed)
  }

  private mutating func evaluate(_ boxes: [Box]) {
    let exactBounds = exactBounds
    let start = ContinuousClock.now
    for layers in concurrency.map(count: boxes.count, { exactBounds.intervals(on: boxes[$0]) }) {
      intervals.formHull(with: layers)
    }
    evaluation.count += boxes.count
    evaluation.duration += ContinuousClock.now - start
  }

  // MARK: Where to cut

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

  /// Cuts a box at its best input; false if there is nothing to gain.
  private mutating func split(_ entry: Open, at scores: [Double]) -> Bool {
    guard let t = scores.indices.max(by: { scores[$0] < scores[$1] }), scores[t] > 0 else {
      return false
    }
    let (lower, upper) = (entry.box.lower, entry.box.upper)
    let middle = lower[t] + (upper[t] - lower[t]) / 2
    guard lower[t] < middle, middle < upper[t], entry.depth < Self.mostCuts else { return false }
    let first = nodes.count
    nodes += [.box, .box]
    nodes[entry.node] = .cut(BoxCut(input: t, value: middle), lower: first)
    var (below, above) = (upper, lower)
    below[t] = middle
    above[t] = middle
    open.append(
      Open(node: first, depth: entry.depth + 1, box: Box(lower: lower, upper: below)))
    open.append(
      Open(node: first + 1, depth: entry.depth + 1, box: Box(lower: above, upper: upper)))
    return true
  }

  /// The most cuts on one branch; checkers take more.
  private static let mostCuts = 1000

  /// The tree in preorder.
  private var proof: BoxProof {
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
