internal import NeuralNetwork

extension SliceDrawing {
  /// Adds one path for each unit that bends, and the border.
  ///
  /// Where both sides have the same affine map the line is dotted.
  func addEdges(to text: inout XMLText) {
    var bends: [UnitID: String] = [:]
    var folds: [UnitID: String] = [:]
    var border = ""
    for (i, region) in subdivision.regions.enumerated() {
      for (position, edge) in region.edges.enumerated() {
        let end = region.edges[(position + 1) % region.edges.count].start
        let path = "M\(point(edge.start))L\(point(end))"
        guard let neighbor = edge.neighbor, case .unit(let unit) = edge.source else {
          border += path
          continue
        }
        guard i < neighbor else { continue }
        if subdivision.regions[neighbor].map == region.map {
          folds[unit, default: ""] += path
        } else {
          bends[unit, default: ""] += path
        }
      }
    }
    for unit in Set(bends.keys).union(folds.keys).sorted(by: >) {
      add(unit, bends: bends[unit], folds: folds[unit], to: &text)
    }
    text.line("<path class=\"border\" d=\"\(border)\"/>")
  }

  private func add(_ unit: UnitID, bends: String?, folds: String?, to text: inout XMLText) {
    let name = "u\(unit.layer)-\(unit.index)"
    let width = max(0.7, 1.9 - 0.5 * Double(unit.layer)) * lineScale
    text.line(
      "<g class=\"unit\" stroke-width=\"\(PictureNumber.text(width))\">"
        + "<title>\(unit.description)</title>")
    if let bends {
      text.line("<path id=\"\(name)\" d=\"\(bends)\"/><use href=\"#\(name)\" class=\"touch\"/>")
    }
    if let folds {
      text.line("<g class=\"fold\"><path d=\"\(folds)\"/></g>")
    }
    text.line("</g>")
  }

  /// Thinner lines where there are many.
  private var lineScale: Double {
    switch subdivision.regions.count {
    case ..<300: 1
    case ..<2000: 0.6
    default: 0.35
    }
  }

  /// Adds the lines between classes.
  func addClassBorders(to text: inout XMLText) {
    guard coloring == .class else { return }
    var paths: [EdgeSource: String] = [:]
    for cell in subdivision.classCells() {
      for (i, side) in cell.polygon.sides.enumerated() {
        switch side.source {
        case .classes(let first, _): if first != cell.winner { continue }
        case .zeroOutput: if cell.winner != 0 { continue }
        default: continue
        }
        let corners = [i, (i + 1) % cell.polygon.corners.count].map {
          let (x, y) = cell.polygon.corners[$0].approximation
          return frame.pathPoint((x, y))
        }
        paths[side.source, default: ""] += "M\(corners[0])L\(corners[1])"
      }
    }
    for (source, path) in paths.sorted(by: { $0.key.description < $1.key.description }) {
      text.line("<path class=\"class\" d=\"\(path)\"><title>\(source)</title></path>")
    }
  }

  private func point(_ vertex: Int) -> String {
    frame.pathPoint(subdivision.approximateVertex(vertex))
  }
}
