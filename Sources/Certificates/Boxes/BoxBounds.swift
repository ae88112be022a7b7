package import ExactArithmetic
package import NeuralNetwork

/// Bounds units of the first layers on boxes, by rules that leave nothing to choose.
///
/// Layer by layer: intervals, and backward linear bounds for the units whose sign they leave open.
/// Numbers are short, and sums of products are rounded as exact numbers would be: nothing here is
/// approximate but what guides a search.
///
/// - Source: `docs/certificate-format.md`, section 16; CROWN (arXiv 1811.00866).
package struct BoxBounds: Sendable {
  /// The boxes that one thread takes at a time.
  private static let chunkSize = 8

  package let space: SideSpace
  private let layers: BoxNetwork
  private let varying: [Int]
  private let corner: BoxCorner

  /// A box and the sides that its parent closes.
  package struct Part: Sendable {
    package let box: Box
    package var closed: SideSet

    package init(box: Box, closed: SideSet) {
      self.box = box
      self.closed = closed
    }
  }

  /// What the evaluation of a box has shown.
  package struct Evaluation: Sendable {
    /// The sides that are closed now.
    package var closed: SideSet
    /// The targets that were not closed before, with the ends that close them.
    package var ends: [(target: BoxTarget, end: Dyadic)] = []
    /// How much each input of the network makes the bounds of open targets worse; empty unless
    /// that was asked for.
    package var influence: [Double] = []
  }

  /// Bounds on the parts of a box for the layers up to the last target's.
  ///
  /// - Precondition: `layerCount` layers exist, from 1, and none is unsuited.
  package init(network: ExactNetwork, domain: Box, layerCount: Int) {
    let varying = domain.varyingInputs
    let all = network.network.layers[..<layerCount]
    self.varying = varying
    space = SideSpace(network.network)
    layers = BoxNetwork(all, varying: varying)
    corner = BoxCorner(all[0], domain: domain)
  }

  /// The first layer that boxes cannot bound, if one of the first `layerCount` is.
  package static func unsuitedLayer(_ network: Network, layerCount: Int) -> Int? {
    network.layers[..<layerCount].firstIndex { $0.activations.contains(.identity) }
  }

  /// Evaluates boxes that do not depend on each other.
  package func evaluate(
    _ parts: [Part], for targets: SideSet, isGuiding: Bool = false, concurrency: Concurrency
  ) -> [Evaluation] {
    let starts = Array(stride(from: 0, to: parts.count, by: Self.chunkSize))
    return concurrency.map(count: starts.count) { n in
      var pass = makePass(isGuiding: isGuiding)
      return parts[starts[n]..<min(starts[n] + Self.chunkSize, parts.count)].map {
        evaluate($0, for: targets, &pass)
      }
    }.flatMap(\.self)
  }

  /// Memory for evaluations.
  func makePass(isGuiding: Bool) -> BoxPass {
    BoxPass(layers, corner: corner, isGuiding: isGuiding)
  }

  /// Evaluates one box.
  func evaluate(_ part: Part, for targets: SideSet, _ pass: inout BoxPass) -> Evaluation {
    var result = Evaluation(closed: part.closed)
    if pass.guide != nil { result.influence = Array(repeating: 0, count: part.box.lower.count) }
    guard let last = space.highestLayer(of: targets, without: part.closed) else { return result }
    pass.begin(
      widths: varying.map { Dyadic(part.box.upper[$0]) - Dyadic(part.box.lower[$0]) },
      corner: part.box.lower)
    for k in 0...last {
      pass.setIntervals(of: k)
      cut(k, part.closed, &pass)
      if k > 0 {
        tighten(k, isLast: k == last, targets, &pass, &result.influence)
      }
      close(k, part.closed, targets, pass, &result)
      if k < last { pass.relax(k) }
    }
    return result
  }

  /// Applies what the parent closes to the intervals of a layer.
  private func cut(_ k: Int, _ closed: SideSet, _ pass: inout BoxPass) {
    let place = layers.places[k]
    for i in 0..<place.unitCount {
      let (unit, n) = (UnitID(layer: k, index: i), place.firstUnit + i)
      if space.contains(unit, .upper, in: closed) {
        pass.units.upper[n] = min(pass.units.upper[n], 0)
      }
      if space.contains(unit, .lower, in: closed) {
        pass.units.lower[n] = max(pass.units.lower[n], 0)
      }
    }
  }

  /// Backward bounds for the units of a layer that are open and matter.
  private func tighten(
    _ k: Int, isLast: Bool, _ targets: SideSet, _ pass: inout BoxPass, _ influence: inout [Double]
  ) {
    let place = layers.places[k]
    for i in 0..<place.unitCount where pass.units.isOpen(place.firstUnit + i) {
      let (unit, n) = (UnitID(layer: k, index: i), place.firstUnit + i)
      var parts: [Double] = []
      for side in Side.allCases {
        // An open unit has no side that the parent closes.
        let isTarget = space.contains(unit, side, in: targets)
        guard isTarget || !isLast && pass.units.upper[n] > 0 else { continue }
        guard let bound = pass.bound(unit, side) else { continue }
        switch side {
        case .upper: pass.units.upper[n] = min(pass.units.upper[n], bound)
        case .lower: pass.units.lower[n] = max(pass.units.lower[n], -bound)
        }
        guard let guide = pass.guide else { continue }
        parts = parts.isEmpty ? guide.influence : zip(parts, guide.influence).map(+)
        if isTarget && bound > Self.tie {
          for (t, share) in zip(varying, guide.influence) { influence[t] += share }
        }
      }
      if !parts.isEmpty { pass.guide?.setShares(of: n, parts) }
    }
  }

  /// A bound this close to zero counts as a tie: cutting would never end.
  private static let tie: Int64 = 4

  private func close(
    _ k: Int, _ closed: SideSet, _ targets: SideSet, _ pass: BoxPass, _ result: inout Evaluation
  ) {
    let place = layers.places[k]
    for i in 0..<place.unitCount {
      let (unit, n) = (UnitID(layer: k, index: i), place.firstUnit + i)
      for side in Side.allCases {
        let end = side == .upper ? pass.units.upper[n] : pass.units.lower[n]
        guard side == .upper ? end <= 0 : end >= 0 else { continue }
        guard !space.contains(unit, side, in: closed) else { continue }
        space.insert(unit, side, into: &result.closed)
        if space.contains(unit, side, in: targets) {
          let exact = Dyadic(integer: Int128(end), exponent: pass.units.exponents[k])
          result.ends.append((BoxTarget(unit: unit, side: side), exact))
        }
      }
    }
  }
}
