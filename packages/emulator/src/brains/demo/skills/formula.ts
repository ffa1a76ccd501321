import type { Skill } from '../skill.ts'

/** Formulas in TeX, among words and by themselves, with the marks that models use. */
export const formula: Skill = {
  name: 'formula',
  answer({ text }) {
    if (!/\bformulas?\b|\bformulae\b|\bequations?\b|\bintegrals?\b|\bmaths\b|\blatex\b/i.test(text)) return undefined
    return { say: (FORMULAS.find(({ about }) => about.test(text)) ?? FORMULAS[0]!).say }
  },
}

const FORMULAS: readonly { readonly about: RegExp; readonly say: string }[] = [
  {
    about: /\binterest\b|\bsavings?\b|\bmoney\b/i,
    say: 'Money that grows at a rate $r$, paid $n$ times a year, is after $t$ years\n\n$$\nA = P \\left( 1 + \\frac{r}{n} \\right)^{nt}\n$$\n\nSo $5,000 at 4% a year, paid monthly, become in ten years\n\n\\[\nA = 5000 \\left( 1 + \\frac{0.04}{12} \\right)^{120} \\approx 7454\n\\]\n\nwhich is about $2,454 more than the $5,000 that you began with.',
  },
  {
    about: /\bmatri(?:x|ces)\b|\brotat/i,
    say: 'To turn a point by an angle \\(\\theta\\), multiply it by\n\n\\[\nR(\\theta) = \\begin{pmatrix} \\cos\\theta & -\\sin\\theta \\\\ \\sin\\theta & \\cos\\theta \\end{pmatrix}\n\\]\n\nTurning twice adds the angles: \\(R(\\alpha)\\,R(\\beta) = R(\\alpha + \\beta)\\).',
  },
  {
    about: /./,
    say: 'The solutions of $ax^2 + bx + c = 0$, where $a \\neq 0$, are\n\n$$\nx_{1,2} = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}\n$$\n\nWhat stands under the root decides how many there are: two for \\(b^2 > 4ac\\), one for \\(b^2 = 4ac\\), and none that are real otherwise. It comes from completing the square:\n\n\\[\n\\begin{aligned}\nax^2 + bx + c &= a \\left( x + \\frac{b}{2a} \\right)^2 - \\frac{b^2 - 4ac}{4a}\n\\end{aligned}\n\\]',
  },
]
