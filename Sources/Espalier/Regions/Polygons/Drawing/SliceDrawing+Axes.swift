extension SliceDrawing {
  /// Adds both axes with their ticks.
  func addAxes(to text: inout XMLText) {
    let plot = frame.plot
    let (right, bottom) = (plot.left + plot.width, plot.top + plot.height)
    let across = AxisTicks(from: frame.lower.u, to: frame.upper.u)
    for i in across.values.indices {
      let x = frame.pixel(.init(u: across.values[i], v: frame.lower.v)).x
      text.stroke(from: (x, plot.top), to: (x, bottom), class: "grid")
      text.stroke(from: (x, bottom + 4), to: (x, bottom + 9), class: "axis")
      text.text(x, bottom + 24, class: "tick middle", across.label(i))
    }
    let up = AxisTicks(from: frame.lower.v, to: frame.upper.v)
    for i in up.values.indices {
      let y = frame.pixel(.init(u: frame.lower.u, v: up.values[i])).y
      text.stroke(from: (plot.left, y), to: (right, y), class: "grid")
      text.stroke(from: (plot.left - 9, y), to: (plot.left - 4, y), class: "axis")
      text.text(plot.left - 13, y + 4, class: "tick end", up.label(i))
    }
    let names = axisNames
    text.text(plot.left + plot.width / 2, bottom + 45, class: "middle", names.across)
    let middle = PictureNumber.text(plot.top + plot.height / 2)
    text.line(
      "<text transform=\"translate(26 \(middle)) rotate(-90)\" class=\"middle\">"
        + "\(XMLText.escaped(names.up))</text>")
  }

  private var axisNames: (across: String, up: String) {
    switch subdivision.slice.kind {
    case .inputs(let i, let j): ("input \(i)", "input \(j)")
    case .plane: ("distance from x0 towards x1", "distance from the line through x0 and x1")
    }
  }

  /// Adds the three points of a plane that are within the frame.
  func addPoints(to text: inout XMLText) {
    guard case .plane = subdivision.slice.kind else { return }
    let places: [(s: Double, t: Double)] = [(0, 0), (1, 0), (0, 1)]
    for (i, place) in places.enumerated() {
      let position = frame.position(s: place.s, t: place.t)
      // Points on the border of the domain may be rounded to its outside.
      let slack = 1e-6 * (frame.upper.u - frame.lower.u + frame.upper.v - frame.lower.v)
      guard position.u >= frame.lower.u - slack, position.u <= frame.upper.u + slack,
        position.v >= frame.lower.v - slack, position.v <= frame.upper.v + slack
      else { continue }
      let (x, y) = frame.pixel(position)
      let center = "cx=\"\(PictureNumber.text(x))\" cy=\"\(PictureNumber.text(y))\""
      let name = i < caption.pointNames.count ? caption.pointNames[i] : "x\(i)"
      text.line(
        "<circle \(center) r=\"5\" class=\"point\"><title>\(XMLText.escaped(name))</title></circle>"
      )
      let isRight = x > frame.plot.left + frame.plot.width - 40
      let place = (isRight ? x - 9 : x + 9, y < frame.plot.top + 16 ? y + 18 : y - 8)
      for part in ["halo", "name"] {
        text.text(place.0, place.1, class: part + (isRight ? " end" : ""), "x\(i)")
      }
    }
  }
}
