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
  /// The unit with the branch that gains most, to first order, of what the bound needs.
  ///
  /// At the best corner the relaxation of a unit gives `h` for `z`, and the bound has `q h` of it. A
  /// branch where it is off has 0, one where it is on has `q z`. The other branch counts little: a
  /// node of which one branch is closed at once costs hardly more than that branch.
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
      let need = bestBounds[r] > 0 ? Float(bestBounds[r]) : .infinity
      let off = min(max(0, q * outputs[place]), need)
      let on = min(max(0, q * (outputs[place] - value)), need)
      return Self.betterBranchWeight * max(off, on) + min(off, on)
    }
  }

  /// What the gain of the better branch counts against that of the other.
  private static let betterBranchWeight: Float = 8

  private func cost(_ q: Float, _ position: Int) -> Float {
    max(0, -q * unitSlopes[position] * unitLower[position])
  }
}
