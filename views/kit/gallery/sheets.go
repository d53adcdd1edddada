package main

import (
	"time"

	"concierge/assets/icons"
	"concierge/views/kit"

	"fyne.io/fyne/v2"
)

var sheets = map[string]func(fyne.Window){
	"pieces": func(w fyne.Window) { show(w, pieces()) },
	"fields": func(w fyne.Window) { show(w, fields(w)) },
	"people": func(w fyne.Window) { show(w, people()) },
	"dialog": func(w fyne.Window) { show(w, people()); dialog(w) },
	"focus": func(w fyne.Window) {
		f := kit.NewField("Courriel", "nom@exemple.ca", "Reçoit l'invitation.")
		sel := kit.NewSelect("Langue", []string{"Français", "English"}, nil)
		sel.Place = "Choisir"
		sel.FocusGained()
		seg := kit.NewSegmentedFilter([]kit.Segment{{Label: "Toutes", Count: 9}, {Label: "Utilisateurs", Count: 4}}, nil)
		seg.FocusGained()
		table := people()
		show(w, kit.Column(16, kit.Form(f.Container, kit.Group("Langue", "", sel)), kit.Row(12, seg, kit.Logo(56), kit.Spacer()), kit.Grow(table)))
		table.Objects[0].(*kit.Table[person]).Focus()
		f.Input.FocusGained()
	},
	"menu": func(w fyne.Window) {
		a := kit.NewAvatar("Marie Tremblay", "marie", 36)
		show(w, kit.Column(16, kit.Row(12, kit.Spacer(), a), kit.Grow(people())))
		menu(w, a)
	},
	"toasts": func(w fyne.Window) {
		show(w, states())
		none := func(time.Duration, func()) func() { return func() {} }
		kit.ShowToast(w, kit.ToastConfig{Text: "Les préférences de Comptes à payer sont enregistrées.", Tone: kit.ToneOK, CloseName: "Fermer"}, none)
		kit.ShowToast(w, kit.ToastConfig{Text: "L'accès de Léa Dubois sera révoqué.", Tone: kit.ToneBrass, Action: "Annuler l'action", For: 8 * time.Second, Countdown: true}, none)
	},
}

func show(w fyne.Window, o fyne.CanvasObject) {
	bg := kit.NewFill(kit.Background, kit.None, 0)
	w.SetContent(kit.WithTips(kit.Layers(bg, kit.Inset(24, o)), w))
}

func pieces() fyne.CanvasObject {
	focused := kit.PrimaryButton("Au clavier", nil)
	focused.FocusGained()
	off := kit.PrimaryButton("Pas permis", nil)
	off.DisableBecause("Seul le propriétaire peut inviter.")
	off2 := kit.SecondaryButton("Pas permis", nil)
	off2.Disable()
	bar := kit.NewProgress()
	bar.SetValue(0.38)
	spin := kit.NewSpinner(20)
	return kit.Scroll(kit.Column(16,
		kit.Row(12, kit.Grow(kit.Column(4, kit.Heading("Personnes"), kit.MutedText("Les utilisateurs peuvent se connecter. Les contacts reçoivent seulement des courriels."))),
			kit.SecondaryButton("Ajouter un contact", nil), kit.PrimaryButton("Inviter un utilisateur", nil)),
		kit.Row(12, focused, off, off2, kit.DangerButton("Révoquer l'accès", nil), kit.LinkButton("Voir dans le répertoire", nil),
			kit.IconButton(icons.Settings, "Préférences", nil), kit.SecondaryButton("Actualiser", nil).WithIcon(icons.Refresh).Small()),
		kit.NewBanner(kit.ToneDanger, []kit.Part{{Text: "Personne ne reçoit les courriels Domaines. ", Bold: true, Role: kit.Danger},
			kit.P("Si example.ca arrive à échéance, aucun avis ne sera lu.")}, kit.LinkButton("Ajouter Marie Tremblay", nil)).WithClose("Fermer", nil).Container,
		kit.NewBanner(kit.ToneInfo, []kit.Part{kit.P("Vous travaillez hors connexion : ce que vous voyez date de 14\u00a0h\u00a002. Les changements partiront dès que l'hébergeur répondra de nouveau, et chacun dira ce qu'il est devenu.")}).Container,
		kit.Grid(200, 16, 4,
			kit.StatCard("3", "peuvent se connecter", "1 propriétaire, 2 utilisateurs"),
			kit.StatCard("4", "reçoivent des courriels", "5 types de courriels"),
			kit.StatCard("1", "invitation en attente", "expire dans 2 jours"),
			kit.StatCard("4 j", "sans changement", "par vous, dans cette application")),
		kit.CardRows(
			kit.RowAligned(8, kit.Bottom, kit.Title("À vérifier"), kit.Small("2 points sur 7 contrôles")),
			kit.Row(16, kit.NewBadge("Risque", kit.ToneDanger), kit.Grow(kit.Column(0, kit.Strong("Personne ne reçoit les courriels Domaines"), kit.Small("Les avis de renouvellement de 3 domaines ne seront lus par personne."))), kit.SecondaryButton("Corriger", nil).Small()),
			kit.Row(16, kit.NewBadge("Attention", kit.ToneBrass), kit.Grow(kit.Column(0, kit.Strong("Léa Dubois gère vos domaines sans double authentification"), kit.Small("Autorisation sensible : réglages des domaines."))), kit.SecondaryButton("Voir l'accès", nil).Small())),
		kit.Row(12, kit.NewBadge("Propriétaire", kit.TonePrimary), kit.NewBadge("Comptable", kit.ToneInfo), kit.NewBadge("Conforme", kit.ToneOK), kit.NewBadge("Facturation", kit.ToneNeutral),
			kit.NewAvatar("Marie Tremblay", "marie", 32), kit.NewAvatar("Sam Gagnon", "sam", 36), kit.NewAvatar("Léa Dubois", "lea", 48), kit.NewIconAvatar(icons.Mail, 32), kit.ColorBar("a1"), kit.NewKeyCap("Ctrl K"), kit.Dot(kit.OK), spin),
		bar,
		kit.Rich(kit.P("Peut "), kit.B("payer les factures"), kit.P(", accepter les soumissions et lire les courriels. Boulangerie Chez "), kit.U("Marcel"), kit.P(" « impôts 2026 » — œuvre, été, ç, … ↵ ↑ ↓ → ✓ "), kit.M("9123-4567 Québec inc.")),
		kit.Section("Tous les comptes"),
	))
}

func fields(w fyne.Window) fyne.CanvasObject {
	bad := kit.NewField("Courriel", "nom@exemple.ca", "")
	bad.SetValue("marie@chezmarcel")
	bad.SetError("Il manque la fin de l'adresse, après le point.")
	long := kit.NewField("Raison", "impôts 2026", "Vous seul et les autres propriétaires la voyez.").Limit(40)
	long.SetValue("Impôts 2026 et vérification des livres")
	sel := kit.NewSelect("Langue", []string{"Français", "English"}, nil)
	sel.Select(0)
	checks := func(focus bool) fyne.CanvasObject {
		a := kit.NewCheck("Modifier le profil principal du compte", "Nom, adresse et courriel du compte", nil)
		a.SetBadge("Sensible", kit.ToneDanger)
		b := kit.NewCheck("Consulter et payer les factures", "Peut utiliser la carte au dossier", nil)
		b.SetChecked(true)
		b.SetBadge("Ajouté", kit.ToneBrass)
		c := kit.NewCheck("Consulter les courriels", "Historique des courriels envoyés", nil)
		c.SetChecked(true)
		c.DisableBecause("Seul le propriétaire")
		d := kit.NewCheck("Se connecter aux produits par authentification unique", "Ouvre cPanel sans mot de passe", nil)
		d.SetBadge("Sensible", kit.ToneDanger)
		if focus {
			b.FocusGained()
		}
		return kit.CheckGroup("Compte et soutien", a, b, c, d)
	}
	seg := kit.NewSegmentedFilter([]kit.Segment{{Label: "Toutes", Count: 9}, {Label: "Utilisateurs", Count: 4}, {Label: "Contacts", Count: 4}, {Label: "Invitations", Count: 1}}, nil)
	return kit.Scroll(kit.Column(20,
		kit.Row(12, seg, kit.Spacer(), kit.FixedWidth(240, kit.NewSearchEntry("Filtrer", nil))),
		kit.Card(kit.Form(kit.NewField("Prénom", "", "").Container, kit.NewField("Nom", "", "").Container, bad.Container, long.Container, kit.Group("Langue", "", sel),
			kit.FieldOf("Note", "", kit.NewMultiLineInput(3), "Plusieurs lignes").Container)),
		kit.Grid(340, 24, 2, checks(true), checks(false)),
		kit.MaxWidth(420, checks(false)),
	))
}

type person struct{ name, mail, role string }

func people() *fyne.Container {
	list := []person{{"Marie Tremblay", "marie@chezmarcel.example", "Propriétaire"}, {"Sam Gagnon", "sam@cabinet.example", "Comptable"},
		{"Léa Dubois", "lea@studio.example", "Développeur"}, {"Comptes à payer", "factures@chezmarcel.example", ""},
		{"Maximilien-Alexandre de la Rochefoucauld-Beauharnais", "maximilien-alexandre.delarochefoucauld@une-tres-longue-entreprise.example", "Soutien"}}
	t := kit.NewTable([]kit.Col[person]{
		{Title: "Personne", Weight: 3, Min: 200, Sortable: true,
			New: func() fyne.CanvasObject {
				return kit.Row(12, kit.NewAvatar("", "", 32), kit.Grow(kit.Column(0, kit.Strong("").Ellipsis(), kit.Small("").Ellipsis())))
			},
			Bind: func(o fyne.CanvasObject, p person) {
				row := o.(*fyne.Container).Objects
				row[0].(*kit.Avatar).Set(p.name, p.mail)
				col := row[1].(*fyne.Container).Objects[0].(*fyne.Container).Objects
				col[0].(*kit.TextBox).SetText(p.name)
				col[1].(*kit.TextBox).SetText(p.mail)
			}},
		{Title: "Peut se connecter", Weight: 2, Min: 140,
			New: func() fyne.CanvasObject { return kit.FlowWrap(4, kit.NewBadge("", kit.ToneInfo), kit.Small("")) },
			Bind: func(o fyne.CanvasObject, p person) {
				objs := o.(*fyne.Container).Objects
				if p.role == "" {
					objs[0].Hide()
					objs[1].(*kit.TextBox).SetText("Ne peut pas se connecter")
					return
				}
				objs[0].Show()
				objs[0].(*kit.Badge).Set(p.role, kit.ToneInfo)
				objs[1].(*kit.TextBox).SetText("2FA · hier")
			}},
		{Title: "Reçoit des courriels", Weight: 2, Min: 140, HideBelow: 520,
			New: func() fyne.CanvasObject {
				return kit.FlowWrap(4, kit.NewBadge("Facturation", kit.ToneNeutral), kit.NewBadge("Domaines", kit.ToneNeutral), kit.NewBadge("Soutien", kit.ToneNeutral))
			},
			Bind: func(fyne.CanvasObject, person) {}},
	}, func(p person) string { return p.mail })
	t.SetItems(list)
	t.Select("sam@cabinet.example")
	t.SetSort(0, false)
	s := kit.NewSplitDetail(t, detail())
	s.SetOpen(true)
	return s.Container
}

func detail() fyne.CanvasObject {
	return kit.Scroll(kit.CardRows(
		kit.Row(12, kit.NewAvatar("Sam Gagnon", "sam@cabinet.example", 48), kit.Grow(kit.Column(2, kit.Title("Sam Gagnon").Ellipsis(), kit.Small("sam@cabinet.example").Ellipsis()))),
		kit.Column(8, kit.Row(8, kit.Grow(kit.Strong("Accès · utilisateur")), kit.SecondaryButton("Modifier", nil).Small()),
			kit.Small("Comptable · jusqu'au 30 avril 2027 · « impôts 2026 »"),
			kit.Rich(kit.P("Peut "), kit.B("payer les factures"), kit.P(", accepter les soumissions et lire les courriels. Ne voit ni mots de passe, ni domaines.")),
			kit.Small("Dernière connexion hier · double authentification active")),
		kit.Column(8, kit.Row(8, kit.Grow(kit.Strong("Courriels · contact")), kit.SecondaryButton("Modifier", nil).Small()), kit.FlowWrap(4, kit.NewBadge("Facturation", kit.ToneNeutral))),
		kit.Column(8, kit.Strong("Aussi présent dans 11 autres comptes"), kit.Row(0, kit.LinkButton("Voir dans le répertoire", nil), kit.Spacer()), kit.Row(0, kit.DangerButton("Révoquer l'accès", nil)))))
}

func dialog(w fyne.Window) {
	group := func(title string, labels ...string) fyne.CanvasObject {
		var cs []fyne.CanvasObject
		for i, l := range labels {
			c := kit.NewCheck(l, "Ce que cela permet, en une ligne", nil)
			c.SetChecked(i == 0)
			if i == 1 {
				c.SetBadge("Sensible", kit.ToneDanger)
			}
			cs = append(cs, c)
		}
		return kit.CheckGroup(title, cs...)
	}
	preset := kit.SecondaryButton("Comptable", nil).Small()
	preset.SetOn(true)
	end := kit.NewCheck("Prend fin le", "", nil)
	m := kit.NewModal(w, kit.ModalConfig{
		Title: "Accès de Sam Gagnon", Subtitle: "sam@cabinet.example · Boulangerie Chez Marcel", Width: 900,
		Content: kit.Column(14,
			kit.FlowWrap(8, kit.Small("Modèle"), preset, kit.SecondaryButton("Développeur web", nil).Small(), kit.SecondaryButton("Soutien", nil).Small(), kit.SecondaryButton("Toutes les autorisations", nil).Small()),
			kit.Grid(340, 24, 2,
				group("Compte et soutien", "Modifier le profil principal du compte", "Consulter et gérer les contacts", "Consulter les courriels", "Ouvrir des billets de soutien"),
				group("Facturation", "Consulter et payer les factures", "Consulter et accepter les soumissions", "Passer des commandes", "Gérer le compte d'affilié"),
				group("Produits", "Consulter les produits et services", "Modifier les mots de passe des produits", "Authentification unique"),
				group("Domaines", "Consulter les domaines", "Gérer les réglages des domaines")),
			kit.Plain(kit.TonePrimary, kit.Rich(kit.B("En clair"), kit.P(" — Sam pourra payer les factures et accepter des soumissions. Il ne pourra plus ouvrir de billets. Il ne verra ni mots de passe, ni domaines.")))),
		Footer:  kit.Row(12, end, kit.FixedWidth(130, kit.NewInput()), kit.Small("Raison"), kit.FixedWidth(150, kit.NewInput())),
		Buttons: []fyne.CanvasObject{kit.SecondaryButton("Annuler", nil), kit.PrimaryButton("Enregistrer · 2 changements", nil)},
	})
	m.Show()
}

func menu(w fyne.Window, anchor fyne.CanvasObject) {
	kit.ShowMenu(w, anchor, kit.MenuConfig{AlignRight: true, Width: 264, Selected: 1,
		Header: kit.Row(12, kit.NewAvatar("Marie Tremblay", "marie", 36), kit.Grow(kit.Column(0, kit.Strong("Marie Tremblay").Ellipsis(), kit.Small("marie@chezmarcel.example").Ellipsis()))),
		Items: []kit.MenuItem{{Label: "Votre profil"}, {Label: "Paramètres du compte"}, {Label: "Changer de compte", Shortcut: "Ctrl K"}, kit.Separator(),
			{Label: "Préférences"}, {Label: "English"}, {Label: "Aide : utilisateurs ou contacts?"}, kit.Separator(), {Label: "Verrouiller", Shortcut: "Ctrl L"}, {Label: "Se déconnecter", Danger: true}}})
}

func states() fyne.CanvasObject {
	load := kit.NewLoading("Lecture du compte…", func(_ time.Duration, f func()) func() { f(); return func() {} })
	load.Start()
	return kit.Grid(340, 16, 2,
		kit.Card(kit.EmptyState(icons.Users, "Personne d'autre que vous", "Invitez quelqu'un pour qu'il puisse se connecter, ou ajoutez un contact pour qu'il reçoive des courriels.", kit.PrimaryButton("Inviter un utilisateur", nil))),
		kit.Card(kit.ErrorState("L'hébergeur ne répond pas", "Vérifiez votre connexion, puis réessayez. Rien n'a été changé.", "Réessayer", func() {})),
		kit.Card(load))
}
