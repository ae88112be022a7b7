import ExactArithmetic
import Testing

@testable import Espalier

/// Which forms are the same, and what phases mean for them.
@Suite struct SwitchFormsTests {
  private func form(_ coefficients: [Double], _ constant: Double) -> AffineForm {
    var form = AffineForm(columnCount: coefficients.count)
    form.coefficients = coefficients.map { Dyadic($0) }
    form.constant = Dyadic(constant)
    return form
  }

  private func literal(_ index: Int, _ isOn: Bool) -> SwitchForms.Condition {
    .literal(SwitchForms.Literal(form: index, isOn: isOn))
  }

  @Test func multiplesShareAForm() {
    var forms = SwitchForms()
    #expect(forms.condition(form([0, -1.5], 3), isOn: true) == literal(0, true))
    #expect(forms.condition(form([0, -0.25], 0.5), isOn: false) == literal(0, false))
    #expect(forms.condition(form([0, 3], -6), isOn: true) == literal(0, false))
    #expect(forms.condition(form([0, 3], -6), isOn: false) == literal(0, true))
    #expect(forms.condition(form([0, 3], 6), isOn: true) == literal(1, true))
    #expect(forms.condition(form([0, -3], -6), isOn: true) == literal(1, false))
    #expect(forms.forms.count == 2)
  }

  @Test func constantsDecideThemselves() {
    var forms = SwitchForms()
    for (constant, isOn) in [(1.0, true), (0, false), (-1, false)] {
      #expect(forms.condition(form([0, 0], constant), isOn: isOn) == .always)
      #expect(forms.condition(form([0, 0], constant), isOn: !isOn) == .never)
    }
    #expect(forms.forms.isEmpty)
  }
}
