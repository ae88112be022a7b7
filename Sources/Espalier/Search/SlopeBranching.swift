internal import NeuralNetwork

/// How the unit is chosen on which a node of a tree of linear bounds is split.
enum SlopeRule: Hashable {
  /// The unit whose relaxation adds most to the bound.
  case cost
  /// The unit whose fixing changes the bound most if the layers below stay as they are.
  ///
  /// - Source: BaBSR (arXiv 1909.06588), section 4.
  case bias
  /// The unit whose relaxation lies furthest from the unit itself at the best corner.
  case gap
  /// The best of the first few by `cost`, by the bounds of both children.
  ///
  /// - Source: filtered smart branching (arXiv 2104.06718), section 3.
  case strong(candidates: Int)

  /// The units that are looked at more closely.
  var candidateCount: Int {
    switch self {
    case .cost, .bias, .gap: 1
    case .strong(let count): count
    }
  }
}

extension SlopeBatch {
  /// The positions of open units of an active row with the largest scores, best first.
  func candidates(row r: Int, rule: SlopeRule, count: Int) -> [Int] {
    var best: [(position: Int, score: Float)] = []
    for part in network.parts {
      for i in part.units.indices {
        let position = part.offset + i
        guard kinds[r * network.unitCount + position] == SlopeNetwork.Kind.open.rawValue else {
          continue
        }
        let score = score(r, position, bias: part.biases[i], rule: rule)
        if best.count == count, let last = best.last, score <= last.score { continue }
        let place = best.firstIndex { $0.score < score } ?? best.count
        best.insert((position, score), at: place)
        if best.count > count { best.removeLast() }
      }
    }
    return best.map(\.position)
  }

  private func score(_ r: Int, _ position: Int, bias: Float, rule: SlopeRule) -> Float {
    let place = r * network.unitCount + position
    let q = coefficients[place]
    let slope = unitSlopes[position]
    let cost = max(0, -q * slope * unitLower[position])
    switch rule {
    case .cost, .strong: return cost
    case .bias: return abs(cost + min(q * slope * bias, q * (slope - 1) * bias))
    case .gap:
      let value = values[place]
      return q * (outputs[place] - max(value, 0))
    }
  }
}
