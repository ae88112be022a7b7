public import Certificates
internal import ExactArithmetic
public import NeuralNetwork

/// Counts the linear regions of a network's first layers on a domain, exactly.
///
/// What is counted are full-dimensional activation regions, R2 of arXiv 2505.16716; see
/// `docs/certificate-format.md`, section 15, for the definition. Units with a proved sign are not
/// looked at; units without common inputs are counted apart, and the counts multiplied.
public struct RegionCounter: Sendable {
  /// The cuts above which the tree is one piece; below, pieces are searched side by side.
  static let trunkCuts = 10
  /// Pieces that are searched before their nodes are handed on.
  static let batchSize = 32

  private let proved: ProofState
  private let options: RegionOptions
  private let concurrency: Concurrency
  /// The open units in groups without common inputs.
  public let parts: [[UnitID]]

  /// Prepares a count.
  ///
  /// - Parameters:
  ///   - proved: The intervals of all layers, as tight as stability analysis made them.
  ///   - concurrency: How pieces of the tree are searched.
  public init(proved: ProofState, options: RegionOptions, concurrency: Concurrency = .serial) {
    self.proved = proved
    self.options = options
    self.concurrency = concurrency
    parts = RegionParts.parts(of: proved, layerCount: options.layerCount)
  }

  /// Counts to the end, or until `goesOn` says no.
  ///
  /// - Parameters:
  ///   - onNodes: Gets the nodes of the certificate in order, if it is wanted.
  ///   - goesOn: Called now and then, perhaps from several threads, with the number of regions
  ///     found since; returns whether to go on.
  public func run(
    onNodes: ([RegionNode]) -> Void = { _ in }, goesOn: @escaping @Sendable (Int) -> Bool
  ) -> RegionResult {
    var result = RegionResult(layerCount: options.layerCount, parts: [], isComplete: true)
    for units in parts {
      let part = count(units, onNodes: onNodes, goesOn: goesOn)
      result.parts.append(part)
      if !part.isComplete {
        result.isComplete = false
        break
      }
    }
    return result
  }

  private func count(
    _ units: [UnitID], onNodes: ([RegionNode]) -> Void,
    goesOn: @escaping @Sendable (Int) -> Bool
  ) -> RegionPartResult {
    let network = PartNetwork(proved, layerCount: options.layerCount, units: units)
    let usesVertices = usesVertices(network)
    var root = RegionWalker.root(network, usesVertices: usesVertices)
    if options.engine == .exact { root.shape = .cuts }
    let walkOptions = RegionWalker.Options(hasProof: options.hasProof)
    var trunk = RegionWalker(network, options: walkOptions)
    var left = trunk.walk(from: root, cutLimit: Self.trunkCuts, goesOn: goesOn)
    var total = trunk.findings
    var emitted = 0
    let subtrees = trunk.findings.subtrees
    for start in stride(from: 0, to: subtrees.count, by: Self.batchSize) where left.isEmpty {
      let batch = Array(subtrees[start..<min(start + Self.batchSize, subtrees.count)])
      let results = concurrency.map(count: batch.count) { i in
        var walker = RegionWalker(network, options: walkOptions)
        let left = walker.walk(from: batch[i].state, goesOn: goesOn)
        return (findings: walker.findings, left: left)
      }
      for (subtree, result) in zip(batch, results) {
        if emitted < subtree.nodeCount {
          onNodes(Array(trunk.findings.nodes[emitted..<subtree.nodeCount]))
          emitted = subtree.nodeCount
        }
        onNodes(result.findings.nodes)
        total.add(result.findings)
        left += result.left
      }
    }
    if left.isEmpty { onNodes(Array(trunk.findings.nodes[emitted...])) }
    return RegionPartResult(
      units: units, counts: network.countsAfterLayers(total.counts), isComplete: left.isEmpty,
      engine: usesVertices ? .faces : options.engine == .exact ? .exact : .cells,
      inputCount: network.dimension, cutCount: total.cutCount, programCount: total.programCount,
      exactCount: total.exactCount)
  }

  private func usesVertices(_ network: PartNetwork) -> Bool {
    guard proved.domain.isBox, network.dimension > 0 else { return false }
    switch options.engine {
    case .automatic: return network.dimension <= RegionOptions.faceDimension
    case .faces: return network.dimension <= RegionOptions.largestFaceDimension
    case .cells, .exact: return false
    }
  }
}

extension PartNetwork {
  /// The regions after 1, 2, … layers of the whole count, from those after the part's layers.
  fileprivate func countsAfterLayers(_ counts: [Int]) -> [Int] {
    (0..<layerCount).map { counts[min($0, counts.count - 1)] }
  }
}

extension RegionWalker.Findings {
  /// Adds what was found below.
  mutating func add(_ other: RegionWalker.Findings) {
    for k in counts.indices { counts[k] += other.counts[k] }
    cutCount += other.cutCount
    programCount += other.programCount
    exactCount += other.exactCount
    patterns += other.patterns
  }
}
