internal import NeuralNetwork

/// How the unit is chosen on which a node of a tree of linear bounds is split.
enum SlopeRule: Hashable, CaseIterable {
  /// The unit whose relaxation adds most to the bound.
  case cost
  /// The unit whose fixing changes the bound most if the layers below stay as they are.
  ///
  /// - Source: BaBSR (arXiv 1909.06588), section 4.
  case bias
  /// The unit whose relaxation lies furthest from the unit itself at the best corner.
  case gap
  /// The unit with the branch that gains most, to first order, at the best corner: `SplitScore`.
  case gain
}

extension SlopeBatch {
  /// The position of the open unit of an active row that is split; nil if none is open.
  func position(toSplit r: Int, rule: SlopeRule) -> Int? {
    var best: (position: Int, score: Float)?
    for part in network.parts {
      for i in part.units.indices {
        let position = part.offset + i
        guard kinds[r * network.unitCount + position] == SlopeNetwork.Kind.open.rawValue else {
          continue
        }
        let score = score(r, position, bias: part.biases[i], rule: rule)
        if let best, !(score > best.score) { continue }
        best = (position, score)
      }
    }
    return best?.position
  }

  private func score(_ r: Int, _ position: Int, bias: Float, rule: SlopeRule) -> Float {
    let place = r * network.unitCount + position
    let q = coefficients[place]
    let slope = unitSlopes[position]
    let value = values[place]
    switch rule {
    case .cost: return cost(q, position)
    case .bias:
      return abs(cost(q, position) + min(q * slope * bias, q * (slope - 1) * bias))
    case .gap: return q * (outputs[place] - max(value, 0))
    case .gain:
      return SplitScore.of(
        coefficient: q, preactivation: value, output: outputs[place],
        bound: Float(bestBounds[r]))
    }
  }

  private func cost(_ q: Float, _ position: Int) -> Float {
    max(0, -q * unitSlopes[position] * unitLower[position])
  }
}
