internal import BigInt
public import Certificates
internal import ExactArithmetic
public import NeuralNetwork

/// Counts the linear regions of a network's first layers on a domain, exactly.
///
/// What is counted are full-dimensional activation regions, R2 of arXiv 2505.16716, or on request
/// all activation patterns, R1; see `docs/certificate-format.md`, section 15, for the definition.
/// Units with a proved sign are not looked at; units without common inputs are counted apart, and
/// the counts multiplied.
public struct RegionCounter: Sendable {
  /// The cuts above which the tree is one piece; below, pieces are searched side by side.
  static let trunkCuts = 10
  /// The same with many inputs, where every piece holds more.
  static let wideTrunkCuts = 7
  /// Pieces that are searched before their nodes are handed on.
  static let batchSize = 64

  private let proved: ProofState
  private let options: RegionOptions
  private let concurrency: Concurrency
  /// The open units in groups without common inputs, or in one if patterns are wanted.
  public let parts: [[UnitID]]

  /// Prepares a count.
  ///
  /// - Parameters:
  ///   - proved: The intervals of all layers, as tight as stability analysis made them.
  ///   - concurrency: How pieces of the tree are searched.
  /// - Throws: `RegionFailure.ball` for a domain with an L1 ball, and for pieces and maps
  ///   `RegionFailure.thinDomain` for a domain whose rows leave no inside: what is one map there may
  ///   be several on the box.
  public init(
    proved: ProofState, options: RegionOptions, concurrency: Concurrency = .serial
  ) throws(RegionFailure) {
    guard proved.domain.ball == nil else { throw .ball }
    self.proved = proved
    self.options = options
    self.concurrency = concurrency
    switch options.definition {
    case .activation where options.keepsPatterns:
      let open = RegionParts.openUnits(of: proved, layerCount: options.layerCount)
      parts = open.isEmpty ? [] : [open]
    case .activation:
      parts = RegionParts.parts(of: proved, layerCount: options.layerCount)
    case .pieces, .maps:
      guard proved.domain.hasInside else { throw .thinDomain }
      let open = RegionParts.openUnits(of: proved, layerCount: options.layerCount)
      parts = open.isEmpty ? [] : [open]
    case .patterns:
      let changing = Self.changingUnits(of: proved, layerCount: options.layerCount)
      parts = changing.isEmpty ? [] : [changing]
    }
  }

  /// The units that may be positive and may be not: those with an interval that begins at 0, too.
  private static func changingUnits(of proved: ProofState, layerCount: Int) -> [UnitID] {
    proved.network.network.reluUnits.filter { unit in
      unit.layer < layerCount && proved[unit].lower.signum <= 0 && proved[unit].upper.signum > 0
    }
  }

  /// Counts to the end, or until `goesOn` says no.
  ///
  /// - Parameters:
  ///   - known: Pieces that an earlier run has searched.
  ///   - onPiece: Gets every piece that this run has searched.
  ///   - onNodes: Gets the nodes of the certificate in order, if it is wanted.
  ///   - onProgress: Told now and then how far the count is.
  ///   - goesOn: Called now and then, perhaps from several threads, with the number of regions
  ///     found since; returns whether to go on.
  /// - Throws: `RegionFailure` if a certificate is wanted and cannot be written.
  public func run(
    known: [RegionPiece.ID: RegionPiece] = [:], onPiece: (RegionPiece) -> Void = { _ in },
    onNodes: ([RegionNode]) -> Void = { _ in }, onProgress: (RegionProgress) -> Void = { _ in },
    goesOn: @escaping @Sendable (Int) -> Bool
  ) throws(RegionFailure) -> RegionResult {
    var result = RegionResult(layerCount: options.layerCount, parts: [], isComplete: true)
    for (index, units) in parts.enumerated() {
      let network = PartNetwork(proved, layerCount: options.layerCount, units: units)
      let run = PartRun(
        part: index, partCount: parts.count, network: network, options: options,
        concurrency: concurrency)
      let part = try run.count(
        known: known, onPiece: onPiece, onNodes: onNodes, onProgress: onProgress, goesOn: goesOn)
      result.parts.append(part)
      guard part.isComplete else {
        result.isComplete = false
        break
      }
    }
    if !result.isComplete { result.bound(by: proved, partCount: parts.count) }
    if result.isComplete, options.definition == .pieces || options.definition == .maps {
      let patterns = result.parts.first?.patterns ?? [[]]
      let maps = RegionMaps(proved, layerCount: options.layerCount)
      let census = MapCensus(maps, patterns: patterns)
      result.mapCount = census.count
      if options.definition == .pieces {
        result.pieceCount = PieceCensus(maps, patterns: patterns).count(census) { goesOn(0) }
        if result.pieceCount == nil { result.isComplete = false }
      }
    }
    return result
  }
}

/// The count of one part.
private struct PartRun {
  /// What was found in a piece of the tree, and the states that were left when it was stopped.
  typealias SearchedPiece = (findings: RegionWalker.Findings, left: [RegionState])

  let part: Int
  let partCount: Int
  let network: PartNetwork
  let options: RegionOptions
  let concurrency: Concurrency

  private var walkOptions: RegionWalker.Options {
    RegionWalker.Options(
      hasProof: options.hasProof,
      hasPatterns: options.keepsPatterns || options.definition == .maps
        || options.definition == .pieces,
      countsFaces: options.definition == .patterns, isExact: options.engine == .exact)
  }

  private var usesVertices: Bool {
    guard network.proved.domain.isBox, network.dimension > 0 else { return false }
    switch options.engine {
    case .automatic: return network.dimension <= RegionOptions.faceDimension
    case .faces: return network.dimension <= RegionOptions.largestFaceDimension
    case .cells, .exact: return false
    }
  }

  func count(
    known: [RegionPiece.ID: RegionPiece], onPiece: (RegionPiece) -> Void,
    onNodes: ([RegionNode]) -> Void, onProgress: (RegionProgress) -> Void,
    goesOn: @escaping @Sendable (Int) -> Bool
  ) throws(RegionFailure) -> RegionPartResult {
    var (total, left) = try searchTrunk(goesOn)
    let (subtrees, nodes) = (total.subtrees, total.nodes)
    var emitted = 0
    for start in stride(from: 0, to: subtrees.count, by: RegionCounter.batchSize) {
      let batch = start..<min(start + RegionCounter.batchSize, subtrees.count)
      guard left.isEmpty else {
        left += subtrees[batch].map(\.state)
        continue
      }
      let results = search(subtrees[batch].map(\.state), from: start, known, goesOn)
      for (index, result) in zip(batch, results) {
        if let failure = result.findings.failure { throw failure }
        onNodes(Array(nodes[emitted..<subtrees[index].nodeCount]))
        emitted = subtrees[index].nodeCount
        onNodes(result.findings.nodes)
        total.add(result.findings)
        left += result.left
        if let piece = newPiece(result, index, known) { onPiece(piece) }
      }
      onProgress(
        RegionProgress(
          part: part, partCount: partCount, doneCount: batch.upperBound,
          pieceCount: subtrees.count))
    }
    if left.isEmpty { onNodes(Array(nodes[emitted...])) }
    return result(total, left: left)
  }

  /// Searches the tree down to the cuts below which it is searched in pieces.
  private func searchTrunk(
    _ goesOn: @escaping @Sendable (Int) -> Bool
  ) throws(RegionFailure) -> SearchedPiece {
    if options.engine == .faces && network.dimension > RegionOptions.largestFaceDimension {
      throw .noFaces(inputCount: network.dimension)
    }
    var root = RegionWalker.root(network, usesVertices: usesVertices)
    if options.engine == .exact { root.shape = .cuts }
    var trunk = RegionWalker(network, options: walkOptions, goesOn: goesOn)
    let trunkCuts =
      network.dimension > 64 ? RegionCounter.wideTrunkCuts : RegionCounter.trunkCuts
    let left = trunk.walk(from: root, cutLimit: trunkCuts)
    if let failure = trunk.findings.failure { throw failure }
    return (trunk.findings, left)
  }

  /// A piece that was searched to its end and was not known before.
  private func newPiece(
    _ searched: SearchedPiece, _ index: Int, _ known: [RegionPiece.ID: RegionPiece]
  ) -> RegionPiece? {
    let id = RegionPiece.ID(part: part, index: index)
    guard searched.left.isEmpty, known[id] == nil else { return nil }
    return RegionPiece(
      id: id, counts: searched.findings.counts, nodes: searched.findings.nodes)
  }

  /// Searches pieces side by side; those that are known are taken as they are.
  private func search(
    _ states: [RegionState], from start: Int, _ known: [RegionPiece.ID: RegionPiece],
    _ goesOn: @escaping @Sendable (Int) -> Bool
  ) -> [SearchedPiece] {
    let (network, options, part) = (network, walkOptions, part)
    return concurrency.map(count: states.count) { i in
      if let piece = known[RegionPiece.ID(part: part, index: start + i)] {
        _ = goesOn(piece.counts.last ?? 0)
        return (RegionWalker.Findings(counts: piece.counts, nodes: piece.nodes), [])
      }
      // Whoever wants to stop is heard before the first region of a piece, too.
      guard goesOn(0) else {
        return (
          RegionWalker.Findings(counts: network.layers.map { _ in 0 }), [states[i]]
        )
      }
      var walker = RegionWalker(network, options: options, goesOn: goesOn)
      let left = walker.walk(from: states[i])
      return (walker.findings, left)
    }
  }

  private func result(
    _ total: RegionWalker.Findings, left: [RegionState]
  ) -> RegionPartResult {
    let depth = network.layers.count
    var part = RegionPartResult(
      units: network.units,
      counts: (0..<options.layerCount).map { total.counts[min($0, depth - 1)] },
      isComplete: left.isEmpty,
      engine: usesVertices ? .faces : options.engine == .exact ? .exact : .cells,
      inputCount: network.dimension, cutCount: total.cutCount, programCount: total.programCount,
      exactCount: total.exactCount)
    part.patterns = total.patterns
    if !left.isEmpty { part.remaining = remaining(left) }
    return part
  }

  /// An upper bound on the regions below the nodes that were left.
  private func remaining(_ states: [RegionState]) -> BigInt {
    let shape = RegionShape(proved: network.proved, layerCount: options.layerCount)
    var bound = RemainingRegionBound(shape)
    return states.reduce(BigInt(0)) { sum, state in
      let open = state.pending.count
      let moving = shape.layers[state.layer].movingCount
      return sum
        + bound.bound(
          layer: state.layer, dimension: shape.freeInputCount, openCount: open,
          activeCount: moving - open)
    }
  }
}

extension RegionWalker.Findings {
  /// Adds what was found below.
  fileprivate mutating func add(_ other: RegionWalker.Findings) {
    for k in counts.indices { counts[k] += other.counts[k] }
    cutCount += other.cutCount
    programCount += other.programCount
    exactCount += other.exactCount
    patterns += other.patterns
  }
}
