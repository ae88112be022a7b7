import BigInt
import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport

@testable import Espalier

/// A small network with its shallow design, and points to compare them at.
struct ShallowSample {
  let network: Network
  let domain: InputDomain
  let proved: ProofState
  let design: ShallowDesign
  /// Random points of the domain, many of them where ties are.
  let points: [[Dyadic]]
  /// A point inside of each region, as far as binary numbers have one.
  let innerPoints: [[Dyadic]]

  init(
    _ network: Network, _ domain: InputDomain, patterns: ShallowPatterns = .regions, seed: UInt64,
    pointCount: Int = 24
  ) throws {
    self.network = network
    self.domain = domain
    proved = RegionCounting.propagated(network, domain)
    design = try ShallowDesign(proved: proved, patterns: patterns, parameterLimit: 2_000_000)
    points = RandomNetworks.points(of: domain, count: pointCount, seed: seed).filter {
      domain.violation(at: $0) == nil
    }
    innerPoints = Self.innerPoints(proved)
  }

  /// A sample of a kind; nil if its domain has no inside, as touching rows sometimes leave it.
  init?(
    _ kind: RegionSample.Kind, patterns: ShallowPatterns = .regions, seed: UInt64,
    largest: Int = 4
  ) throws {
    let sample = try RegionSample(kind, seed: seed, largest: largest)
    guard sample.domain.hasInside else { return nil }
    if patterns == .all, sample.openCount > Self.mostOpenUnits { return nil }
    try self.init(sample.network, sample.domain, patterns: patterns, seed: seed)
  }

  /// The most open units of a sample with all patterns.
  private static let mostOpenUnits = 7

  /// The points of a certificate of regions.
  private static func innerPoints(_ proved: ProofState) -> [[Dyadic]] {
    let depth = max(1, (proved.network.network.reluUnits.last?.layer ?? 0) + 1)
    var points: [[Dyadic]] = []
    do throws(RegionFailure) {
      let options = RegionOptions(layerCount: depth, hasProof: true)
      let counter = try RegionCounter(proved: proved, options: options)
      guard counter.parts.count == 1 else { return [] }
      _ = try counter.run(
        onNodes: { nodes in
          for case .point(let point) in nodes { points.append(point) }
        }, goesOn: { _ in true })
      return points
    } catch {
      return []
    }
  }

  /// The exponent of slabs that are so thin that they leave out every point.
  var exponent: Int {
    var exponent = -1
    for point in innerPoints {
      let free = design.freeInputs.map { point[$0] }
      for form in design.forms {
        let value = form.value(at: free, factor: .one)
        if value.signum > 0 { exponent = min(exponent, value.exponent + value.bitCount - 1) }
      }
    }
    return exponent
  }

  /// The exact outputs of the network.
  func outputs(at point: [Dyadic]) -> [Dyadic] { Self.outputs(of: network, at: point) }

  /// The exact outputs of any network.
  static func outputs(of network: Network, at point: [Dyadic]) -> [Dyadic] {
    let values = ExactNetwork(network).preactivations(at: point)
    let top = network.layers.count - 1
    return zip(values[top], network.layers[top].activations).map {
      $1 == .relu ? max($0, .zero) : $0
    }
  }

  /// The number of regions by a count that knows nothing of shallow networks.
  var regionCount: BigInt {
    get throws {
      let depth = max(1, (network.reluUnits.last?.layer ?? 0) + 1)
      let options = RegionOptions(layerCount: depth, hasProof: false)
      let result = try RegionCounter(proved: proved, options: options).run(goesOn: { _ in true })
      return result.totals.last ?? 1
    }
  }
}

extension RegionSample {
  /// The units that intervals leave open.
  fileprivate var openCount: Int {
    let proved = proved
    return network.reluUnits.count { proved[$0].lower.signum < 0 && proved[$0].upper.signum > 0 }
  }
}

/// One unit `relu(x)` on [-1, 1], all of whose numbers can be worked out by hand.
enum Hinge {
  static func network() throws -> Network {
    let hidden = Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .relu)
    let output = Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .identity)
    return try Network(layers: [hidden, output], scalarType: .float32)
  }

  static func sample(patterns: ShallowPatterns = .regions) throws -> ShallowSample {
    let domain = try InputDomain(box: Box(lower: -1, upper: 1, count: 1))
    return try ShallowSample(try network(), domain, patterns: patterns, seed: 1)
  }
}
